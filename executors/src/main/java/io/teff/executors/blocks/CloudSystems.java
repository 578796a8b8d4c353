// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BlockStatus.State;
import java.util.List;

/**
 * Systems that start machines or containers, through the vendors' own commands, which know the
 * user's credentials. A block has one node. Tested with commands that play them; see {@link
 * BatchSystems}.
 *
 * <p>There is no directory that the block and its submitter share, unless the image mounts one: the
 * script makes its directory, and its output stays there.
 */
public final class CloudSystems {
    private CloudSystems() {}

    /**
     * Kubernetes: a block is a pod. Options: {@code image}, which is needed; {@code namespace},
     * {@code cpus}, {@code memory} (limits). The container runs the block's command with its
     * {@code /bin/sh}; the names of blocks must be lower case.
     */
    public static BatchSystem kubernetes() {
        return BatchSystem.named("kubernetes")
                .client("kubectl, of the Kubernetes project")
                .needs("image", "the container image that blocks run in")
                .value("cpus", "1")
                .value("memory", "1Gi")
                .description(
                        """
                        {"apiVersion": "v1", "kind": "Pod",
                         "metadata": {"name": "{name}", "labels": {"app": "teff"}},
                         "spec": {
                          "restartPolicy": "Never",
                          "activeDeadlineSeconds": {seconds},
                          "containers": [{
                           "name": "block",
                           "image": "{image}",
                           "resources": {"limits": {"cpu": "{cpus}", "memory": "{memory}"}},
                           "command": ["/bin/sh", "-c", "{commandJson}"]}]}}
                        """)
                .maxNodes(1)
                .submit(
                        "kubectl",
                        "--namespace={namespace}",
                        "create",
                        "--filename={description}",
                        "--output=name")
                .jobId("^pod/(\\S+)$")
                .query(
                        StatusQuery.lines(
                                        List.of(
                                                "kubectl",
                                                "--namespace={namespace}",
                                                "get",
                                                "pods",
                                                "{ids}",
                                                "--ignore-not-found",
                                                "--no-headers",
                                                "--output=custom-columns=ID:.metadata.name,"
                                                        + "STATE:.status.phase,"
                                                        + "CODE:.status.containerStatuses[0]"
                                                        + ".state.terminated.exitCode,"
                                                        + "WHY:.status.reason"),
                                        "^(\\S+)\\s",
                                        "^\\S+\\s+(\\S+)")
                                .withExitCode("^\\S+\\s+\\S+\\s+(\\S+)")
                                .withMessage("^\\S+\\s+\\S+\\s+\\S+\\s+(?!<none>)(\\S+)"))
                .state(State.PENDING, "Pending")
                .state(State.RUNNING, "Running")
                .state(State.COMPLETED, "Succeeded")
                .state(State.FAILED, "Failed")
                .state(State.MISSING, "Unknown")
                .timeoutMessage("DeadlineExceeded")
                .cancel(
                        "kubectl",
                        "--namespace={namespace}",
                        "delete",
                        "pods",
                        "{ids}",
                        "--ignore-not-found",
                        "--wait=false")
                .build();
    }

    /**
     * Amazon EC2: a block is an instance, which ends itself with its command or when its walltime
     * is over. Options: {@code image}, which is needed; {@code instanceType}, {@code region},
     * {@code keyName}, {@code subnet}, {@code securityGroup}, {@code profile}. EC2 does not say how
     * the command ended: a block that is over is COMPLETED.
     */
    public static BatchSystem aws() {
        return BatchSystem.named("aws")
                .client("the AWS command line interface, version 2")
                .needs("image", "the AMI that blocks start from")
                .value("instanceType", "t3.small")
                .header("shutdown -h +{minutes}")
                .footer("shutdown -h now")
                .maxNodes(1)
                .submit(
                        "aws",
                        "ec2",
                        "run-instances",
                        "--region={region}",
                        "--image-id={image}",
                        "--instance-type={instanceType}",
                        "--key-name={keyName}",
                        "--subnet-id={subnet}",
                        "--security-group-ids={securityGroup}",
                        "--iam-instance-profile=Name={profile}",
                        "--instance-initiated-shutdown-behavior=terminate",
                        "--tag-specifications=ResourceType=instance,Tags=[{Key=Name,Value={name}}]",
                        "--user-data=file://{script}",
                        "--query=Instances[0].InstanceId",
                        "--output=text")
                .jobId("^(i-[0-9a-f]+)\\s*$")
                .query(
                        StatusQuery.lines(
                                        List.of(
                                                "aws",
                                                "ec2",
                                                "describe-instances",
                                                "--region={region}",
                                                "--filters=Name=instance-id,Values={ids}",
                                                "--query=Reservations[].Instances[]"
                                                        + ".[InstanceId,State.Name,"
                                                        + "StateTransitionReason]",
                                                "--output=text"),
                                        "^(i-[0-9a-f]+)\\s",
                                        "^\\S+\\s+(\\S+)")
                                .withMessage("^\\S+\\s+\\S+\\s+(.*)$"))
                .state(State.PENDING, "pending")
                .state(State.RUNNING, "running", "stopping", "shutting-down")
                .state(State.HELD, "stopped")
                .state(State.COMPLETED, "terminated")
                .cancel(
                        "aws",
                        "ec2",
                        "terminate-instances",
                        "--region={region}",
                        "--output=text",
                        "--instance-ids",
                        "{ids}")
                .unknown("InvalidInstanceID\\.NotFound")
                .build();
    }

    /**
     * Google Compute Engine: a block is an instance, which stops itself with its command or when
     * its walltime is over, and is deleted when it is cancelled. Options: {@code zone} and {@code
     * image} (a family), which are needed; {@code machineType}, {@code imageProject}, {@code
     * project}. How the command ended is not told: a block that is over is COMPLETED.
     */
    public static BatchSystem googleCloud() {
        return BatchSystem.named("googlecloud")
                .client("the Google Cloud command line interface, gcloud")
                .needs("zone", "where blocks start")
                .needs("image", "the family of images that blocks start from")
                .value("machineType", "e2-small")
                .header("shutdown -h +{minutes}")
                .footer("shutdown -h now")
                .maxNodes(1)
                .submit(
                        "gcloud",
                        "compute",
                        "instances",
                        "create",
                        "{name}",
                        "--project={project}",
                        "--zone={zone}",
                        "--machine-type={machineType}",
                        "--image-family={image}",
                        "--image-project={imageProject}",
                        "--metadata-from-file=startup-script={script}",
                        "--quiet",
                        "--format=value(name)")
                .jobId("^([a-z][a-z0-9-]*)\\s*$")
                .query(
                        StatusQuery.lines(
                                List.of(
                                        "gcloud",
                                        "compute",
                                        "instances",
                                        "list",
                                        "--project={project}",
                                        "--filter=name:({ids})",
                                        "--format=value(name,status)"),
                                "^(\\S+)\\s",
                                "^\\S+\\s+(\\S+)"))
                .state(State.PENDING, "PROVISIONING", "STAGING")
                .state(State.RUNNING, "RUNNING", "STOPPING", "SUSPENDING", "REPAIRING")
                .state(State.RUNNING, "PENDING_STOP", "DEPROVISIONING")
                .state(State.HELD, "SUSPENDED")
                .state(State.COMPLETED, "TERMINATED", "STOPPED")
                .cancel(
                        "gcloud",
                        "compute",
                        "instances",
                        "delete",
                        "{ids}",
                        "--project={project}",
                        "--zone={zone}",
                        "--quiet")
                .unknown("was not found")
                .build();
    }
}
