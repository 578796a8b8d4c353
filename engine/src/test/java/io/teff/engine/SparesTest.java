// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
