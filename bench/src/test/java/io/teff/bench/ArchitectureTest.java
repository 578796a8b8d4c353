// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Keeps the arrows between the modules and what the core may not use.
 *
 * <pre>
 * affinity <- engine <- executors  <- bench
 *             engine <- mpi-bridge <- bench
 * monitor  <- engine and flow
 * metrics  -> engine, alone with Micrometer
 * flow and remote, packages of the engine module too, use none of the rest; executors and mpi use both
 * </pre>
 *
 * Each rule is shown to fail on a wrong class that is compiled for this test alone.
 */
class ArchitectureTest {
    private static final String AFFINITY = "io.teff.affinity..";
    private static final String ENGINE = "io.teff.engine..";
    private static final String MONITOR = "io.teff.monitor..";
    private static final String METRICS = "io.teff.metrics..";
    private static final String FLOW = "io.teff.flow..";
    private static final String REMOTE = "io.teff.remote..";
    private static final String EXECUTORS = "io.teff.executors..";
    private static final String MPI = "io.teff.mpi..";
    private static final String BENCH = "io.teff.bench..";
    private static final String[] CORE = {AFFINITY, ENGINE, MONITOR, METRICS, FLOW, REMOTE};

    private static final ArchRule ARROWS =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .withOptionalLayers(true) // a module may have no class yet
                    .layer("affinity")
                    .definedBy(AFFINITY)
                    .layer("engine")
                    .definedBy(ENGINE)
                    .layer("monitor")
                    .definedBy(MONITOR)
                    .layer("metrics")
                    .definedBy(METRICS)
                    .layer("flow")
                    .definedBy(FLOW)
                    .layer("remote")
                    .definedBy(REMOTE)
                    .layer("executors")
                    .definedBy(EXECUTORS)
                    .layer("mpi")
                    .definedBy(MPI)
                    .layer("bench")
                    .definedBy(BENCH)
                    .whereLayer("affinity")
                    .mayNotAccessAnyLayer()
                    .whereLayer("engine")
                    .mayOnlyAccessLayers("affinity", "monitor")
                    .whereLayer("monitor")
                    .mayNotAccessAnyLayer()
                    .whereLayer("metrics")
                    .mayOnlyAccessLayers("engine")
                    .whereLayer("flow")
                    .mayOnlyAccessLayers("monitor") // executors by java.util.concurrent alone
                    .whereLayer("remote")
                    .mayNotAccessAnyLayer()
                    .whereLayer("executors")
                    .mayOnlyAccessLayers("affinity", "engine", "flow", "remote", "monitor")
                    .whereLayer("mpi")
                    .mayOnlyAccessLayers("affinity", "engine", "flow", "remote", "monitor");

    private static final ArchRule NO_CYCLES =
            slices().matching("io.teff.(**)").should().beFreeOfCycles();

    private static final ArchRule NO_INTERNALS =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("sun.misc..", "jdk.internal..");

    private static final ArchRule NO_MICROMETER =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(METRICS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.micrometer..", METRICS);

    private static final ArchRule NO_LOGGING =
            noClasses() // ArchUnit's own rule sees fields of type Logger only
                    .that()
                    .resideInAnyPackage(CORE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.util.logging..");

    private static final ArchRule NO_STREAMS =
            noClasses().that().resideInAnyPackage(CORE).should(ACCESS_STANDARD_STREAMS);

    private static final JavaClasses SHIPPED =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.teff");

    @TempDir Path folder;

    static Stream<ArchRule> rules() {
        return Stream.of(ARROWS, NO_CYCLES, NO_INTERNALS, NO_MICROMETER, NO_LOGGING, NO_STREAMS);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void ruleHolds(ArchRule rule) {
        rule.check(SHIPPED);
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(SHIPPED.stream().map(type -> type.getPackageName()).distinct())
                .contains(
                        "io.teff.affinity",
                        "io.teff.engine",
                        "io.teff.monitor",
                        "io.teff.flow",
                        "io.teff.remote",
                        "io.teff.executors",
                        "io.teff.mpi",
                        "io.teff.bench");
    }

    /** A rule, a class that breaks it, what that class contains. */
    static Stream<Arguments> wrongClasses() {
        return Stream.of(
                Arguments.of(ARROWS, "io.teff.affinity.UsesEngine", "io.teff.engine.Target t;"),
                Arguments.of(ARROWS, "io.teff.metrics.UsesFlow", "io.teff.flow.Target t;"),
                Arguments.of(NO_MICROMETER, "io.teff.mpi.UsesMetrics", "io.teff.metrics.Target t;"),
                Arguments.of(ARROWS, "io.teff.engine.UsesFlow", "io.teff.flow.Target t;"),
                Arguments.of(ARROWS, "io.teff.monitor.UsesEngine", "io.teff.engine.Target t;"),
                Arguments.of(ARROWS, "io.teff.flow.UsesEngine", "io.teff.engine.Target t;"),
                Arguments.of(ARROWS, "io.teff.flow.UsesRemote", "io.teff.remote.Target t;"),
                Arguments.of(ARROWS, "io.teff.remote.UsesFlow", "io.teff.flow.Target t;"),
                Arguments.of(ARROWS, "io.teff.engine.UsesBench", "io.teff.bench.Target t;"),
                Arguments.of(ARROWS, "io.teff.executors.UsesMpi", "io.teff.mpi.Target t;"),
                Arguments.of(ARROWS, "io.teff.mpi.UsesExecutors", "io.teff.executors.Target t;"),
                Arguments.of(ARROWS, "io.teff.executors.UsesBench", "io.teff.bench.Target t;"),
                Arguments.of(NO_CYCLES, "io.teff.mpi.wire.UsesMpi", "io.teff.mpi.Target t;"),
                Arguments.of(NO_INTERNALS, "io.teff.bench.UsesUnsafe", "sun.misc.Unsafe u;"),
                Arguments.of(
                        NO_INTERNALS, "io.teff.engine.UsesInternals", "jdk.internal.misc.VM vm;"),
                Arguments.of(
                        NO_LOGGING,
                        "io.teff.engine.Logs",
                        "Object log = java.util.logging.Logger.getLogger(\"teff\");"),
                Arguments.of(
                        NO_STREAMS, "io.teff.engine.Prints", "{ System.out.println(\"here\"); }"),
                Arguments.of(
                        NO_STREAMS,
                        "io.teff.affinity.Complains",
                        "{ System.err.println(\"here\"); }"),
                Arguments.of(
                        NO_STREAMS,
                        "io.teff.flow.Traces",
                        "{ new Exception().printStackTrace(); }"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrongClasses")
    void ruleFailsOnWrongClass(ArchRule rule, String className, String body) throws Exception {
        Map<String, String> sources = new HashMap<>();
        for (String name : List.of("engine", "metrics", "flow", "remote", "executors", "bench")) {
            sources.put("io.teff." + name + ".Target", "");
        }
        sources.put("io.teff.mpi.Target", "io.teff.mpi.wire.Target t;"); // half of a cycle
        sources.put("io.teff.mpi.wire.Target", "");
        assertThat(rule.evaluate(compile("right", sources)).hasViolation()).isFalse();

        sources.put(className, body);
        assertThat(rule.evaluate(compile("wrong", sources)).getFailureReport().getDetails())
                .anySatisfy(detail -> assertThat(detail).contains(className));
    }

    private JavaClasses compile(String name, Map<String, String> bodies) throws Exception {
        Map<String, String> sources = new HashMap<>();
        bodies.forEach(
                (className, body) -> {
                    int dot = className.lastIndexOf('.');
                    sources.put(
                            className,
                            "package %s; public class %s { %s }"
                                    .formatted(
                                            className.substring(0, dot),
                                            className.substring(dot + 1),
                                            body));
                });
        Path classes = Files.createDirectory(folder.resolve(name));
        SourceCompiler.compile(
                classes, sources, "--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED");
        return new ClassFileImporter().importPath(classes);
    }
}
