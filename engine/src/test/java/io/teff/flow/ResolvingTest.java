// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Futures inside arguments. */
@ParameterizedClass
@EnumSource(On.class)
class ResolvingTest extends OnEach {
    private final Flow deep = flow(b -> b.resolver(Resolver.DEEP));
    private final App1<Object, Object> same = deep.app("same", (Object x) -> x);
    private final CompletableFuture<Object> start = new CompletableFuture<>();

    ResolvingTest(On on) {
        super(on);
    }

    /** Holds futures in components of type Object. */
    record Pair(Object a, Object b) {}

    /** Refuses what it does not like. */
    record Positive(Object n) {
        Positive {
            if (n instanceof Integer i && i < 0) {
                throw new IllegalArgumentException("negative: " + i);
            }
        }
    }

    private Object resolved(Object argument) {
        AppFuture<Object> future = same.call(argument);
        assertThat(future.isDone()).isFalse();
        start.complete("there");
        return future.join();
    }

    @Test
    void shallowPassesContainersOn() {
        App1<Object, Object> shallow = flow.app("shallow", (Object x) -> x);
        List<Object> list = List.of(flow.future(start));
        assertThat(shallow.call(list).join()).isSameAs(list);
    }

    @Test
    void listsSetsAndMaps() {
        AppFuture<Object> f = same.call(start);
        assertThat(resolved(List.of(1, f, List.of(f, 2))))
                .isEqualTo(List.of(1, "there", List.of("there", 2)));
        assertThat(same.call(Set.of(f, 3)).join()).isEqualTo(Set.of("there", 3));
        assertThat(same.call(Map.of(f, 1, "k", f)).join())
                .isEqualTo(Map.of("there", 1, "k", "there"));
    }

    @Test
    void arraysAndRecords() {
        AppFuture<Object> f = same.call(start);
        Object result = resolved(new Object[] {f, new Object[] {f}, "x"});
        assertThat((Object[]) result).hasSize(3).startsWith("there").endsWith("x");
        assertThat(same.call(new Pair(f, List.of(f))).join())
                .isEqualTo(new Pair("there", List.of("there")));
        assertThat((Object[]) same.call(new AppFuture<?>[] {f}).join()).containsExactly("there");
    }

    @Test
    void foreignStagesInside() {
        assertThat(resolved(List.of(start, start.thenApply(x -> x + "!"))))
                .isEqualTo(List.of("there", "there!"));
    }

    @Test
    void nullsInsideAndWhatHoldsNoFutureIsTheSame() {
        List<Object> nulls = Arrays.asList(null, same.call(start), null);
        assertThat(resolved(nulls)).isEqualTo(Arrays.asList(null, "there", null));
        List<Object> plain = Arrays.asList(1, null);
        assertThat(same.call(plain).join()).isSameAs(plain);
        assertThat(same.call(same.call((Object) null)).join()).isNull();
        AppFuture<Object> nothing = same.call((Object) null);
        assertThat(same.call(List.of(nothing)).join()).isEqualTo(Arrays.asList((Object) null));
    }

    @Test
    void theSameFutureManyTimes() {
        AppFuture<Object> f = same.call(start);
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            many.add(f);
        }
        assertThat(resolved(many)).isEqualTo(java.util.Collections.nCopies(1000, "there"));
    }

    @Test
    void failureInsideIsADependencyError() {
        AppFuture<Object> bad =
                deep.<Object>app(
                                "bad",
                                () -> {
                                    throw new IllegalStateException("broken");
                                })
                        .call();
        assertThatThrownBy(same.call(Map.of("deep", List.of(bad)))::join)
                .hasCauseInstanceOf(DependencyError.class)
                .hasMessageContaining("same <- bad: broken");
    }

    @Test
    void recordThatRefusesItsValues() {
        AppFuture<Object> minus = deep.<Object>app("minus", () -> -1).call();
        assertThatThrownBy(same.call(new Positive(minus))::join)
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Positive refused its values")
                .hasRootCauseMessage("negative: -1");
    }

    @Test
    void argumentsThatContainThemselvesAreRefused() {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        assertThatThrownBy(() -> same.call(loop))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contains itself");
    }

    @Test
    void resolversCanBePluggedIn() {
        Resolver builders =
                new Resolver() {
                    @Override
                    public Collection<? extends AppFuture<?>> futures(
                            Object argument, Function<Object, AppFuture<?>> adopt) {
                        return argument instanceof CompletableFuture<?>[] array
                                ? Arrays.stream(array).map(adopt).toList()
                                : List.of();
                    }

                    @Override
                    public Object unwrap(Object argument, Function<Object, Object> value) {
                        return Arrays.stream((CompletableFuture<?>[]) argument)
                                .map(value)
                                .map(String::valueOf)
                                .reduce("", String::concat);
                    }
                };
        Flow own = flow(b -> b.resolver(builders));
        App1<Object, Object> app = own.app("own", (Object x) -> x);
        CompletableFuture<?>[] two = {start, CompletableFuture.completedFuture("!")};
        AppFuture<Object> future = app.call((Object) two);
        start.complete("there");
        assertThat(future.join()).isEqualTo("there!");
        assertThat(app.call(List.of(1)).join()).isEqualTo(List.of(1));
    }
}
