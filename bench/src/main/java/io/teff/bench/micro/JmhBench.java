// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Report;
import io.teff.bench.measure.Row;
import io.teff.bench.measure.Surroundings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code teff bench jmh}: the same hot paths under JMH, which forks a JVM for each benchmark.
 *
 * <p>The benchmarks of {@code io.teff.bench.jmh} check their own answers and throw if one is wrong;
 * then there is no report, and the exit code is 1. A row's workload is the benchmark's class, its
 * contender the method, its points the iterations of all forks.
 */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        description = "JMH benchmarks of the same hot paths, several forks each.")
final class JmhBench implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "REGEX",
            arity = "0..1",
            defaultValue = "",
            description = "Which benchmarks, by class and method; default all of Teff's.")
    private String regex;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    @Option(
            names = "--quick",
            description = "One fork, one short iteration: shows that it runs, not how fast.")
    private boolean quick;

    @Option(
            names = "--forks",
            paramLabel = "N",
            description = "JVMs per benchmark; default 3 or more, as the benchmark says.")
    private Integer forks;

    @Override
    public Integer call() {
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw bad("REGEX is no regular expression: " + regex);
        }
        if (forks != null && (forks < 1 || forks > 100)) {
            throw bad("--forks must be between 1 and 100: " + forks);
        }
        Surroundings surroundings = Surroundings.begin();
        try {
            Collection<RunResult> results = new Runner(options().build()).run();
            Report report =
                    surroundings.report("jmh", results.stream().map(JmhBench::row).toList());
            if (json) {
                spec.commandLine().getOut().println(report.toJson());
            }
            return report.verified() ? 0 : 1;
        } catch (NoBenchmarksException e) {
            throw bad("REGEX matches no benchmark: " + regex);
        } catch (RunnerException e) {
            spec.commandLine().getErr().println("a benchmark failed: " + e.getMessage());
            return 1;
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private ChainedOptionsBuilder options() {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include("io\\.teff\\.bench\\.jmh\\..*" + regex)
                        .shouldFailOnError(true)
                        .verbosity(json ? VerboseMode.SILENT : VerboseMode.NORMAL);
        if (quick) {
            options.forks(1)
                    .warmupIterations(1)
                    .warmupTime(TimeValue.milliseconds(50))
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(50));
        }
        if (forks != null) {
            options.forks(forks);
        }
        return options;
    }

    private static Row row(RunResult result) {
        BenchmarkParams params = result.getParams();
        String name = params.getBenchmark();
        int method = name.lastIndexOf('.');
        int type = name.lastIndexOf('.', method - 1);
        Map<String, Object> rowParams = new LinkedHashMap<>();
        int workers = 1;
        for (String key : params.getParamsKeys()) {
            if (key.equals("workers")) {
                workers = Integer.parseInt(params.getParam(key));
            } else {
                rowParams.put(key, params.getParam(key));
            }
        }
        rowParams.put("forks", Math.max(1, params.getForks()));
        List<Double> raw = new ArrayList<>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                raw.add(iteration.getPrimaryResult().getScore());
            }
        }
        return Row.of(
                name.substring(type + 1, method),
                name.substring(method + 1),
                workers,
                rowParams,
                "ns/op",
                raw,
                !raw.isEmpty());
    }
}
