// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.bench.measure.Report;
import io.teff.bench.suite.Suite;
import io.teff.bench.suite.SuiteProgram.Size;
import io.teff.bench.suite.SuiteScore;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code teff bench suite}: the programs by which fork/join runtimes are compared, in microseconds a run,
 * and a line on how the engine's times compare with those of ForkJoinPool.
 */
@Command(
        name = "suite",
        description = {
            "Programs of fork/join suites, each checked: time of a run.",
            "--only takes programs as well: fib, nqueens, skynet, integrate, health, cilksort, matmul,"
                    + " strassen, sparselu."
        })
final class SuiteBench extends MicroCommand {
    @Option(
            names = "--full",
            description = "The sizes of the suites that the programs come from; takes minutes.")
    boolean full;

    @Override
    String bench() {
        return "suite";
    }

    @Override
    List<String> names() {
        return Stream.concat(Suite.contenderNames().stream(), Suite.programNames().stream())
                .toList();
    }

    @Override
    String baseline() {
        return Suite.FORKJOIN;
    }

    @Override
    List<String> baselineKeys() {
        return List.of();
    }

    @Override
    int[] warmUp() {
        return quick ? new int[] {1, 1} : new int[] {3, 6};
    }

    @Override
    List<Contender> contenders() {
        check(!full || !quick, "--full and --quick do not go together: type one");
        Size size = full ? Size.FULL : quick ? Size.QUICK : Size.USUAL;
        return Suite.contenders(
                Suite.programs(size),
                workerCounts(),
                (program, contender) ->
                        isAsked(program.name(), Suite.programNames())
                                && isAsked(contender, Suite.contenderNames()));
    }

    /** Whether {@code --only} names it, or none of its kind. */
    private boolean isAsked(String name, List<String> kind) {
        return only == null || only.contains(name) || only.stream().noneMatch(kind::contains);
    }

    @Override
    void conclude(Report report, PrintWriter out) {
        SuiteScore.of(report).forEach(out::println);
    }
}
