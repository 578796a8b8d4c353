// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import io.teff.bench.chart.Sketch;
import io.teff.bench.measure.ResultFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code teff report}: one page of everything that was measured, with figures for the README.
 *
 * <p>Exit codes: 0 written, 1 it could not be, 2 bad input.
 */
@Command(
        name = "report",
        description = {
            "Makes one HTML page, which needs no other file, of the records that commands have printed"
                    + " with --json: figures, tables, environments, and the raw points.",
            "Records of runs that were not clean are marked, with the reason."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ReportCommand implements Callable<Integer> {
    private static final String DEFAULT_INPUT = "results";

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE|FOLDER",
            arity = "0..*",
            description = "Records, or folders of them. Default: " + DEFAULT_INPUT + ".")
    private List<String> inputs;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "results/report",
            description =
                    "Folder for index.html and figures/*.svg and *.png. Default: ${DEFAULT-VALUE}.")
    private String out;

    @Override
    public Integer call() {
        List<String> others = new ArrayList<>();
        List<ResultFile> files;
        ResultFolder page;
        ResultFolder figures;
        try {
            files = ResultFile.read(paths(), others);
            if (files.isEmpty()) {
                throw new IllegalArgumentException(
                        "no result records in "
                                + (inputs == null ? DEFAULT_INPUT : String.join(", ", inputs))
                                + "; 'scripts/results' makes some, as does any bench with --json");
            }
            page = ResultFolder.open(out);
            figures = ResultFolder.open(out + "/figures");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter stdout = spec.commandLine().getOut();
        PrintWriter stderr = spec.commandLine().getErr();
        others.forEach(o -> stderr.println("teff report: left out, as it is no record: " + o));
        List<Chapter> chapters = Chapters.of(files);
        try {
            page.write("index.html", PageWriter.write(files, chapters));
            for (Chapter chapter : chapters) {
                draw(chapter, figures, stderr);
            }
        } catch (IOException e) {
            stderr.println("teff report: cannot write into '" + out + "': " + e);
            return ExitCode.SOFTWARE;
        }
        long clean = files.stream().filter(ResultFile::isClean).count();
        stdout.printf("%d records, %d of them clean%n", files.size(), clean);
        for (ResultFile file : files) {
            file.doubts().forEach(d -> stdout.println("not clean: " + file.name() + ": " + d));
        }
        for (Chapter chapter : chapters) {
            if (!chapter.absent().isEmpty()) {
                stdout.println("absent: " + chapter.title() + "; made by " + chapter.absent());
            }
        }
        page.written().forEach(file -> stdout.println("wrote " + file));
        stdout.printf("wrote %d figures into %s/figures%n", figures.written().size(), out);
        return ExitCode.OK;
    }

    /** The first figure of each group. */
    private static void draw(Chapter chapter, ResultFolder figures, PrintWriter stderr)
            throws IOException {
        for (List<Figure> group : chapter.groups()) {
            Figure figure = group.get(0);
            Sketch sketch = Drawing.of(figure);
            figures.write(figure.id() + ".svg", sketch.toSvg());
            byte[] png;
            try {
                png = sketch.toPng();
            } catch (IOException e) {
                stderr.println("teff report: no PNG of " + figure.id() + ": " + e.getMessage());
                continue;
            }
            figures.write(figure.id() + ".png", png);
        }
    }

    private List<Path> paths() {
        List<Path> paths = new ArrayList<>();
        for (String input : inputs == null ? List.of(DEFAULT_INPUT) : inputs) {
            try {
                Path path = Path.of(input);
                if (!Files.exists(path)) {
                    throw new IllegalArgumentException("there is no '" + input + "'");
                }
                paths.add(path);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("no path: '" + input + "'", e);
            }
        }
        return paths;
    }
}
