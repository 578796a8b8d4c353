// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code teff bench}: the parent of the small benchmarks; by itself it only says what there is. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Small benchmarks, all contenders in one run.",
        subcommands = {
            ForkJoinBench.class,
            SubmitBench.class,
            LatencyBench.class,
            LoopBench.class,
            IdleBench.class,
            GraphBench.class,
            HtexBench.class,
            MpiBench.class,
            SuiteBench.class,
            NativeBench.class,
            JmhBench.class
        })
public final class BenchCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "bench needs the name of a benchmark, one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
