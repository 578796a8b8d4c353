// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.pass;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The book of spare workers; BlockingTest has what they are for. */
class SparesTest {
    @Test
    void spareIsSurplusOnceNobodyNeedsIt() {
        try (Engine engine = engine(2)) {
            Crew crew = engine.crew();
            Worker first = new Worker(crew, 2, new StealOrder(2, 2, (a, b) -> 0, 1));
            Worker second = new Worker(crew, 3, new StealOrder(3, 2, (a, b) -> 0, 1));
            Spares spares = new Spares(crew, 8, 2, i -> first);
            assertThat(spares.isSurplus(first)).isTrue();
            spares.begin();
            assertThat(spares.isSurplus(first)).isFalse();
            assertThat(spares.isSurplus(second)).isTrue();
            assertThat(spares.isSurplus(crew.workers[1])).as("a regular worker").isFalse();
            spares.begin();
            assertThat(spares.isSurplus(second)).isFalse();
            spares.end();
            spares.end();
            assertThat(spares.isSurplus(first)).isTrue();
            assertThat(spares.blocked()).isZero();
        }
    }

    @Test
    void hasLeftCountsTheBlockedAgainstTheAllowed() {
        try (Engine engine = engine(1)) {
            Spares none = new Spares(engine.crew(), 0, 1, i -> null);
            assertThat(none.hasLeft()).isFalse();
            none.begin();
            none.activate(); // nothing to activate
            assertThat(none.count()).isZero();
            Spares one = new Spares(engine.crew(), 1, 1, i -> null);
            assertThat(one.hasLeft()).isTrue();
            one.begin();
            assertThat(one.hasLeft()).isFalse();
        }
    }

    /** A spare that could not be started was waited for, for ever, when its engine ended. */
    @Test
    void spareThatCannotStartFreesItsPlace() {
        try (Engine engine = Engine.start(config(1).build())) {
            AtomicInteger made = new AtomicInteger();
            Spares spares =
                    new Spares(
                            engine.crew(),
                            1,
                            1,
                            i -> {
                                made.incrementAndGet();
                                throw new OutOfMemoryError("no thread");
                            });
            spares.begin();
            for (int i = 1; i <= 3; i++) {
                assertThatThrownBy(spares::activate).isInstanceOf(OutOfMemoryError.class);
                assertThat(made.get()).as("tries").isEqualTo(i);
            }
            assertThat(spares.allAsleep(engine.crew().sleepers)).isTrue();
            assertThat(spares.count()).isZero();
        }
    }

    /**
     * The second spare ran while the first was still being made, and was not counted: nobody gave its
     * tasks back or interrupted them when the engine stopped.
     */
    @Test
    void spareThatRunsIsCounted() throws Exception {
        Engine stopped = engine(1); // its threads end at once
        stopped.close();
        CountDownLatch beingMade = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Spares spares =
                new Spares(
                        stopped.crew(),
                        2,
                        1,
                        i -> {
                            if (i == 1) {
                                beingMade.countDown();
                                pass(go);
                            }
                            return new Worker(
                                    stopped.crew(), i, new StealOrder(i, 1, (a, b) -> 0, 1));
                        });
        spares.begin();
        Thread first = new Thread(spares::activate);
        first.start();
        pass(beingMade);
        spares.begin();
        AtomicInteger counted = new AtomicInteger();
        Thread second =
                new Thread(
                        () -> {
                            spares.activate();
                            counted.set(spares.count());
                        });
        second.start();
        second.join(50); // it may have to wait for the first
        go.countDown();
        first.join();
        second.join();
        assertThat(counted.get()).as("spares, as soon as the second one runs").isEqualTo(2);
        assertThat(spares.get(0).index()).isEqualTo(1);
        assertThat(spares.get(1).index()).isEqualTo(2);
    }
}
