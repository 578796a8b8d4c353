// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Keys are the same for equal arguments, and only for those. */
class KeyEncoderTest {
    private static MemoKey key(Object argument) {
        return key("app", argument);
    }

    /** The key of a call of an app of one argument. */
    private static MemoKey key(String name, Object argument) {
        return key(name, argument, options -> options);
    }

    private static MemoKey key(String name, Object argument, UnaryOperator<Options> more) {
        MemoKey[] found = new MemoKey[1];
        Memoizer memoizer =
                new Memoizer() {
                    @Override
                    public Memo find(MemoKey key) {
                        found[0] = key;
                        return new Memo(null, null);
                    }

                    @Override
                    public void keep(MemoKey key, Memo memo) {
                        throw new AssertionError("nothing runs");
                    }
                };
        try (Flow flow = Flow.builder().executor("x", Runnable::run).memoizer(memoizer).build()) {
            App1<Object, Object> app = flow.app(name, (Object x) -> x);
            assertThat(app.with(o -> more.apply(o.memoize(true))).call(argument).join()).isNull();
        }
        return found[0];
    }

    private record Point(int x, Object y) {}

    private record Other(int x, Object y) {}

    private static final class Written implements Serializable {
        private static final long serialVersionUID = 1;
        private final int x;

        Written(int x) {
            this.x = x;
        }

        @Override
        public String toString() {
            return "written " + x;
        }
    }

    private static final class NotWritten implements Serializable {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial") // as in so many programs
        private final Object lock = new Object();

        @Override
        public String toString() {
            return lock.toString();
        }
    }

    private enum Body {
        A,
        B {
            @Override
            public String toString() {
                return "b";
            }
        }
    }

    /** Each must have a key of its own, and the same one when it is made again. */
    private static List<Supplier<Object>> different() {
        return List.of(
                () -> null,
                () -> false,
                () -> true,
                () -> (byte) 1,
                () -> (short) 1,
                () -> (char) 1,
                () -> 1,
                () -> 1L,
                () -> 1f,
                () -> 1d,
                () -> 0d,
                () -> -0d,
                () -> Double.NaN,
                () -> "",
                () -> "1",
                () -> "\u00e4",
                () -> "\u4e2d",
                () -> "\ud800",
                () -> "?",
                () -> Body.A,
                () -> Body.B,
                () -> TimeUnit.DAYS,
                () -> String.class,
                () -> BigInteger.ONE,
                () -> BigDecimal.ONE,
                () -> new BigDecimal("1.0"),
                () -> new Point(1, 2),
                () -> new Point(1, 2L),
                () -> new Other(1, 2),
                () -> List.of(),
                () -> List.of(1, 2),
                () -> List.of(2, 1),
                () -> List.of(List.of(1), 2),
                () -> List.of(List.of(1, 2)),
                () -> List.of("ab", "c"),
                () -> List.of("a", "bc"),
                () -> Set.of(),
                () -> Set.of(1, 2),
                () -> Set.of(Set.of(1, 2)),
                () -> Map.of(),
                () -> Map.of(1, 2),
                () -> Map.of(2, 1),
                () -> new int[] {1, 2},
                () -> new int[] {},
                () -> new long[] {1, 2},
                () -> new short[] {1, 2},
                () -> new char[] {1, 2},
                () -> new byte[] {1, 2},
                () -> new double[] {1, 2},
                () -> new float[] {1, 2},
                () -> new boolean[] {true, false},
                () -> new int[][] {{1}, {2}},
                () -> new int[][] {{1, 2}},
                () -> new Integer[] {1, 2},
                () -> new Object[] {1, 2},
                () -> Optional.empty(),
                () -> Optional.of(1),
                () -> Path.of("a"),
                () -> Path.of("a").toAbsolutePath(),
                () -> new DataFile(URI.create("file:///a")),
                () -> new DataFile(URI.create("file:///b")),
                () -> URI.create("file:///a"),
                () -> new UUID(1, 2),
                () -> Duration.ofSeconds(1),
                () -> LocalDate.of(2020, 1, 1),
                () -> new Written(1),
                () -> new Written(2),
                () -> new byte[100_000],
                () -> new byte[100_001]);
    }

    @Test
    void differentArgumentsHaveDifferentKeys() {
        Map<MemoKey, Object> seen = new HashMap<>();
        for (Supplier<Object> argument : different()) {
            MemoKey key = key(argument.get());
            assertThat(key(argument.get())).isEqualTo(key);
            Object other = seen.put(key, argument.get());
            assertThat(other).as("has the key of " + argument.get()).isNull();
        }
        assertThat(seen).hasSameSizeAs(different());
        assertThat(key("other", 1)).isNotEqualTo(key("app", 1));
    }

    @Test
    void equalArgumentsHaveEqualKeysWhateverTheirClassAndOrder() {
        assertThat(key(new ArrayList<>(List.of(1, 2)))).isEqualTo(key(List.of(1, 2)));
        assertThat(key(new CopyOnWriteArrayList<>(List.of(1, 2))))
                .isEqualTo(key(Arrays.asList(1, 2)));
        assertThat(key(new ArrayDeque<>(List.of(1, 2)))).isEqualTo(key(List.of(1, 2)));
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            words.add("word " + i);
        }
        Set<String> some = new LinkedHashSet<>(words);
        Map<String, List<Object>> map = new LinkedHashMap<>();
        words.forEach(word -> map.put(word, List.of(word, Set.of(1, 2, 3))));
        Collections.reverse(words);
        Set<String> others = new LinkedHashSet<>(words);
        Map<String, List<Object>> otherMap = new TreeMap<>(Collections.reverseOrder());
        words.forEach(word -> otherMap.put(word, List.of(word, new HashSet<>(List.of(3, 2, 1)))));
        assertThat(key(some)).isEqualTo(key(others)).isEqualTo(key(new HashSet<>(words)));
        assertThat(key(map)).isEqualTo(key(otherMap)).isEqualTo(key(new HashMap<>(map)));
    }

    @Test
    void optionsThatMakeADifferenceArePartOfTheKey() {
        DataFile a = new DataFile(URI.create("file:///a"));
        DataFile b = new DataFile(URI.create("file:///b"));
        List<UnaryOperator<Options>> different =
                List.of(
                        o -> o,
                        o -> o.inputs(a),
                        o -> o.inputs(b),
                        o -> o.outputs(a), // by which file it is, not by what is in it
                        o -> o.outputs(b),
                        o -> o.environment("A", "a"),
                        o -> o.environment("A", "b"),
                        o -> o.directory(Path.of("a")),
                        o -> o.stdout(Redirect.to(Path.of("a"))),
                        o -> o.stderr(Redirect.to(Path.of("a"))));
        Set<MemoKey> keys = new HashSet<>();
        different.forEach(more -> keys.add(key("app", 1, more)));
        assertThat(keys).hasSameSizeAs(different);
        assertThat(key("app", 1, o -> o.retries(3).name("x").priority(1))).isEqualTo(key(1));
    }

    @Test
    void theKeysOfEarlierReleasesStay() {
        // written in checkpoints of users: a change here loses their results
        assertThat(key(List.of(1, "one", Set.of(1L), Map.of('k', new int[] {1}))))
                .hasToString("95ddf80982363a234e8c14eba3bd7338f70dd341b48f5f984999f1f769924f70");
    }

    @Test
    void whatCannotBeEncodedIsNamed() {
        Object lock = new Object();
        assertThatThrownBy(() -> key(new Point(1, lock)))
                .hasMessageContaining("argument 0 of app")
                .hasMessageContaining("java.lang.Object");
        assertThatThrownBy(() -> key(new NotWritten())).hasMessageContaining("java.lang.Object");
        assertThatThrownBy(() -> key(List.of(new CompletableFuture<>())))
                .hasMessageContaining("CompletableFuture");
        List<Object> self = new ArrayList<>();
        self.add(self);
        assertThatThrownBy(() -> key(self)).hasMessageContaining("contains itself");
    }
}
