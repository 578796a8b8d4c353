// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which results can be written to a checkpoint and read again, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class CheckpointResultsTest extends OnEachCheckpoint {
    CheckpointResultsTest(On on) {
        super(on);
    }

    private record Pair(String left, Integer right) implements Serializable {}

    @Test
    void resultsOfAnyTypeComeBackAsTheyWere() {
        byte[] megabyte = new byte[1 << 20];
        new java.util.Random(1).nextBytes(megabyte);
        List<Object> results =
                Arrays.asList(
                        null,
                        true,
                        false,
                        (byte) -1,
                        (short) -1,
                        'x',
                        -1,
                        -1L,
                        1.5f,
                        -0.0,
                        "",
                        "l\u00e4tin",
                        "\u4e2d\ud800?",
                        "x".repeat(1 << 20),
                        megabyte,
                        new int[] {1, -2},
                        new long[] {1, -2},
                        new double[] {1, Double.NaN},
                        new char[] {'a'},
                        new String[][] {{"a"}, {}},
                        List.of(1, "two", List.of(3L)),
                        Map.of(1, 2),
                        new Pair("a", 1),
                        Duration.ofSeconds(1),
                        CheckpointResultsTest.class);
        for (int run = 0; run < 2; run++) {
            try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
                App1<Integer, Object> app =
                        flow.<Integer, Object>app(
                                        "app",
                                        (Integer i) -> {
                                            runs.incrementAndGet();
                                            return results.get(i);
                                        })
                                .with(o -> o.memoize(true));
                for (int i = 0; i < results.size(); i++) {
                    Object result = app.call(i).join();
                    assertThat(result).isEqualTo(results.get(i));
                    if (result != null) {
                        assertThat(result).hasSameClassAs(results.get(i));
                    }
                }
                assertThat(flow.warnings()).isEmpty();
            }
        }
        assertThat(runs).hasValue(results.size());
    }

    private static final class Unwritable {}

    @Test
    void aResultThatCannotBeWrittenIsAWarningOnly() {
        for (int run = 1; run <= 2; run++) {
            List<Warning> told = new ArrayList<>();
            try (Flow flow =
                    builder()
                            .checkpoint(file, CheckpointMode.TASK_EXIT)
                            .onWarning(
                                    warning -> {
                                        synchronized (told) {
                                            told.add(warning);
                                        }
                                    })
                            .build()) {
                App1<Integer, Object> app =
                        flow.<Integer, Object>app(
                                        "app",
                                        (Integer x) -> {
                                            runs.incrementAndGet();
                                            return List.of(new Unwritable());
                                        })
                                .with(o -> o.memoize(true));
                assertThat(app.call(1).join()).isInstanceOf(List.class);
                assertThat(app.call(1).join()).isInstanceOf(List.class); // in memory it is
                assertThat(runs).hasValue(run);
                assertThat(flow.warnings()).hasSize(1);
            }
            synchronized (told) {
                assertThat(told).hasSize(1);
                assertThat(told.get(0).message()).contains("the result of app, a java.util.");
                assertThat(told.get(0).cause()).isInstanceOf(NotSerializableException.class);
            }
        }
    }

    private static final class Hostile implements Serializable {
        private static final long serialVersionUID = 1;

        private void writeObject(java.io.ObjectOutputStream out) {
            throw new StackOverflowError("hostile " + (out != null));
        }
    }

    @Test
    void aWarningHandlerThatThrowsHarmsNobody() {
        try (Flow flow =
                builder()
                        .checkpoint(file, CheckpointMode.TASK_EXIT)
                        .onWarning(
                                warning -> {
                                    throw new IllegalStateException("handler");
                                })
                        .build()) {
            App0<Object> app = flow.<Object>app("app", Hostile::new).with(o -> o.memoize(true));
            assertThat(app.call().join()).isInstanceOf(Hostile.class);
            assertThat(flow.warnings()).hasSize(2);
            assertThat(flow.warnings().get(1).cause()).hasMessage("handler");
        }
    }

    @Test
    void aFilterSaysWhatMayBeRead() {
        for (int run = 1; run <= 2; run++) {
            try (Flow flow =
                    builder()
                            .checkpoint(file, CheckpointMode.TASK_EXIT)
                            .checkpointFilter(
                                    ObjectInputFilter.Config.createFilter("!java.time.**"))
                            .build()) {
                App0<Duration> app =
                        flow.<Duration>app(
                                        "app",
                                        () -> {
                                            runs.incrementAndGet();
                                            return Duration.ofSeconds(7);
                                        })
                                .with(o -> o.memoize(true));
                assertThat(app.call().join()).isEqualTo(Duration.ofSeconds(7));
                assertThat(runs).hasValue(run);
                assertThat(flow.warnings()).hasSize(run - 1);
                if (run == 2) {
                    assertThat(flow.warnings().get(0).message()).contains("so it runs again");
                    assertThat(flow.warnings().get(0).cause())
                            .isInstanceOf(InvalidClassException.class);
                }
            }
        }
    }

    @Test
    void failuresAreNotWritten() throws IOException {
        for (int run = 1; run <= 2; run++) {
            try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
                App0<Integer> bad =
                        flow.<Integer>app(
                                        "bad",
                                        () -> {
                                            throw new IOException("run " + runs.incrementAndGet());
                                        })
                                .with(o -> o.memoize(true));
                assertThatThrownBy(bad.call()::get).hasRootCauseMessage("run " + run);
                assertThatThrownBy(bad.call()::get).hasRootCauseMessage("run " + run);
            }
        }
        assertThat(records(file)).isZero();
    }
}
