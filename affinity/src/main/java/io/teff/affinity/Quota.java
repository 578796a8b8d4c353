// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The tightest CPU quota that a cgroup sets on this process, in CPUs.
 *
 * <p>A quota binds the group it is written in and all groups below, so the search walks from the
 * process's own group up to the mount point and keeps the smallest. In a container the path that
 * {@code /proc/self/cgroup} names often does not exist; the walk then ends at the mount point, which
 * is the container's own group.
 *
 * @param cpus processor time per wall time, such as 1.5
 * @param file the file that says so, below the root
 */
record Quota(double cpus, String file) {
    private static final String MOUNT = "sys/fs/cgroup";

    static Optional<Quota> read(SysTree tree) {
        List<String> membership = tree.lines("proc/self/cgroup");
        return Stream.concat(version2(tree, membership), version1(tree, membership))
                .min((a, b) -> Double.compare(a.cpus, b.cpus));
    }

    private static Stream<Quota> version2(SysTree tree, List<String> membership) {
        // Hybrid hosts mount version 2 beside the old controllers.
        String mount = tree.isDirectory(MOUNT + "/unified") ? MOUNT + "/unified" : MOUNT;
        return groups(mount, path(membership, "")).stream()
                .map(group -> group + "/cpu.max")
                .flatMap(file -> max(tree, file).stream());
    }

    /** Reads {@code QUOTA PERIOD}, where the quota may be {@code max}. */
    private static Optional<Quota> max(SysTree tree, String file) {
        String[] words = tree.word(file).orElse("max").split("\\s+", -1);
        return words.length < 2
                ? Optional.empty()
                : quota(SysTree.number(words[0]), SysTree.number(words[1]), file);
    }

    private static Stream<Quota> version1(SysTree tree, List<String> membership) {
        String path = path(membership, "cpu");
        return Stream.of(MOUNT + "/cpu", MOUNT + "/cpu,cpuacct")
                .flatMap(mount -> groups(mount, path).stream())
                .flatMap(
                        group ->
                                quota(
                                        tree.value(group + "/cpu.cfs_quota_us"),
                                        tree.value(group + "/cpu.cfs_period_us"),
                                        group + "/cpu.cfs_quota_us")
                                        .stream());
    }

    /** No quota is {@code max} in version 2, which is no number, and -1 in version 1. */
    private static Optional<Quota> quota(OptionalLong micros, OptionalLong period, String file) {
        return micros.orElse(-1) > 0 && period.orElse(-1) > 0
                ? Optional.of(
                        new Quota((double) micros.getAsLong() / period.getAsLong(), "/" + file))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f CPUs, %s", cpus, file);
    }

    /** The group in the hierarchy of {@code controller}; lines are {@code id:controllers:path}. */
    private static String path(List<String> membership, String controller) {
        return membership.stream()
                .map(line -> line.split(":", 3))
                .filter(f -> f.length == 3)
                .filter(f -> Arrays.asList(f[1].split(",", -1)).contains(controller))
                .map(f -> f[2])
                .findFirst()
                .orElse("/");
    }

    /** The group's folder and all above it, the mount point last. */
    private static List<String> groups(String mount, String path) {
        List<String> groups = new ArrayList<>(List.of(mount));
        for (String name : path.split("/", -1)) {
            // A path that leaves the cgroup namespace starts with "..": those groups are not ours.
            if (!name.isEmpty() && !name.equals("..")) {
                groups.add(0, groups.get(0) + "/" + name);
            }
        }
        return groups;
    }
}
