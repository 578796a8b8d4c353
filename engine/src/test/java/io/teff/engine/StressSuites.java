// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * The jcstress suites of a module's shipped classes, those of their weakened twins (see weaken.xml),
 * and the child JVM in which jcstress runs a selection of their tests.
 */
public final class StressSuites {
    /** How long and in how many ways each test runs; {@code -Djcstress.mode} chooses one. */
    enum Mode {
        /** A tenth of a second of compiled code per test. */
        BRIEF("-f 1 -iters 1 -time 100 -sc false -pth false -jvmArgs -XX:-TieredCompilation"),
        /** A third of a second of compiled code per test. */
        QUICK("-f 1 -iters 3 -time 100 -sc false -pth false -jvmArgs -XX:-TieredCompilation"),
        /** Five seconds of compiled code per test. */
        PATIENT("-f 1 -iters 10 -time 500 -sc false -pth false -jvmArgs -XX:-TieredCompilation"),
        /** Five seconds each of interpreted code, C1's, C2's, and C2's shuffled. */
        DEFAULT("-m default -fsm 1 -sc false");

        private final String options;

        Mode(String options) {
            this.options = options;
        }

        static Mode chosen() {
            String name = System.getProperty("jcstress.mode", "quick");
            for (Mode mode : values()) {
                if (mode.label().equals(name)) {
                    return mode;
                }
            }
            throw new IllegalArgumentException(
                    "jcstress.mode must be brief, quick, patient or default: " + name);
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Path RESULTS = Path.of("target", "jcstress").toAbsolutePath();

    private final List<String> packages;
    private final Map<String, List<String>> caughtBy = new LinkedHashMap<>();

    /**
     * The suites of these packages, no two of which have suites of the same name.
     *
     * @param caughtBy a line for each twin: its name, then the tests that must catch it
     */
    public StressSuites(List<String> packages, String caughtBy) {
        this.packages = packages.stream().map(name -> name + ".").toList();
        caughtBy.lines()
                .map(line -> Arrays.asList(line.split(" +")))
                .forEach(words -> this.caughtBy.put(words.get(0), words.subList(1, words.size())));
    }

    /** Every test of a shipped class, as TaskDequeStress.LastTask. */
    List<String> ofShippedClasses() {
        return all().filter(test -> !test.startsWith("Weak")).toList();
    }

    Collection<String> twins() {
        return caughtBy.keySet();
    }

    /** Twins of which there are suites, whether or not they are in the table. */
    List<String> compiledTwins() {
        return all().filter(test -> test.startsWith("Weak"))
                .map(test -> test.substring(0, test.indexOf("Stress.")))
                .distinct()
                .toList();
    }

    /** The tests that must catch a twin. */
    List<String> catching(String twin) {
        return caughtBy.get(twin).stream().map(test -> twin + "Stress." + test).toList();
    }

    List<String> catchingAll() {
        return twins().stream().flatMap(twin -> catching(twin).stream()).toList();
    }

    private Stream<String> all() {
        return TestList.tests().stream()
                .filter(test -> packages.stream().anyMatch(test::startsWith))
                .map(this::withoutPackage)
                .sorted();
    }

    private String withoutPackage(String test) {
        return packages.stream()
                .filter(test::startsWith)
                .map(name -> test.substring(name.length()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("in no package: " + test));
    }

    /**
     * Runs tests in a child JVM of its own and returns their results, one for each JVM configuration
     * of jcstress, by test. The log and jcstress' report stay in target/jcstress.
     */
    Map<String, List<TestResult>> run(
            String name, Mode mode, Collection<String> tests, long minutes) throws Exception {
        Path folder = RESULTS.resolve(name);
        delete(folder);
        Files.createDirectories(folder);
        Path log = folder.resolve("log.txt");
        Process process =
                new ProcessBuilder(command(mode, tests))
                        .directory(folder.toFile()) // where jcstress leaves its results
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                throw new AssertionError("jcstress takes more than " + minutes + " min: " + log);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return read(folder, log);
    }

    private static List<String> command(Mode mode, Collection<String> tests) {
        List<String> command = new ArrayList<>();
        command.add(Jdks.java(Jdks.current()).toString());
        // jcstress hands these on. It pads its results by @Contended, but asks for it in vain when
        // the class path has folders on it.
        command.add("-XX:-RestrictContended");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(StressMain.class.getName());
        command.addAll(List.of(mode.options.split(" ")));
        command.add("-r");
        command.add("report");
        command.add("-t");
        command.add(
                tests.stream()
                        .map(test -> test.replace(".", "\\."))
                        .collect(Collectors.joining("|", "^io\\.teff\\.(?:\\w+\\.)+(", ")$")));
        return command;
    }

    private Map<String, List<TestResult>> read(Path folder, Path log) throws Exception {
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file =
                    files.filter(each -> each.toString().endsWith(".bin.gz"))
                            .findFirst()
                            .orElseThrow(
                                    () -> new AssertionError("no results of jcstress: " + log));
        }
        Map<String, List<TestResult>> results = new TreeMap<>();
        DiskReadCollector reader =
                new DiskReadCollector(
                        file.toString(),
                        result ->
                                results.computeIfAbsent(
                                                withoutPackage(result.getName()),
                                                test -> new ArrayList<>())
                                        .add(result));
        reader.dump();
        reader.close();
        return results;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }
}
