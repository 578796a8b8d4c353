// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The files of one task that are no arguments: inputs to be fetched by it, and outputs. */
final class TaskFiles {
    private record Output(DataFile file, Staging staging, DataFuture future) {
        boolean isLocal() {
            return staging == LocalStaging.INSTANCE;
        }

        /** Whether the task itself brings it where it belongs. */
        boolean isInTask() {
            return !isLocal() && staging.isInTask();
        }
    }

    private final Flow flow;
    private final List<InTask> inputs;
    private final List<Output> outputs = new ArrayList<>();

    TaskFiles(Flow flow, List<InTask> inputs, List<DataFile> outputs) {
        this.flow = flow;
        this.inputs = inputs;
        for (DataFile output : outputs) {
            DataFile file = flow.stager.placed(output);
            flow.stager.forget(file);
            this.outputs.add(
                    new Output(file, flow.stager.forOutput(file), new DataFuture(flow, file)));
        }
    }

    List<DataFuture> futures() {
        return outputs.stream().map(Output::future).toList();
    }

    /** The call was accepted: what comes after it can be set up. */
    void begun(Call<?> call) {
        for (Output output : outputs) {
            boolean isMoved = !output.isLocal() && !output.isInTask();
            output.future.follow(
                    isMoved ? flow.stager.stageOut(call, output.staging, output.file) : call);
        }
    }

    /** Before the body. */
    void before() {
        for (Output output : outputs) {
            if (!output.isLocal()) {
                try {
                    Files.createDirectories(output.file.path().getParent());
                    Files.deleteIfExists(output.file.path()); // of an earlier try
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot make room for " + output.file, e);
                }
            }
        }
        for (InTask input : inputs) {
            input.value();
        }
    }

    /** After the body. */
    void check(String task) {
        List<DataFile> missing = new ArrayList<>();
        for (Output output : outputs) {
            if (!Files.exists(output.file.path())) {
                missing.add(output.file);
            }
        }
        if (!missing.isEmpty()) {
            throw new MissingOutputs(task, missing);
        }
    }

    boolean hasWorkAfter() {
        return outputs.stream().anyMatch(Output::isInTask);
    }

    /** After the body: may block. */
    void after() {
        for (Output output : outputs) {
            if (output.isInTask()) {
                flow.stager.bring(output.staging, output.file);
            }
        }
    }
}
