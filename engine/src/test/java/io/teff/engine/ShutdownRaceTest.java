// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.config;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way into an engine while it ends: what comes in is run, given back or refused. */
class ShutdownRaceTest {
    private static final int ROUNDS = 60;
    private static final int CALLS = 300;

    /** A way in. */
    enum Entry {
        EXECUTE {
            @Override
            Object enter(Engine engine, AtomicInteger runs) {
                Runnable task = runs::incrementAndGet;
                engine.execute(task);
                return task;
            }
        },
        SUBMIT {
            @Override
            Object enter(Engine engine, AtomicInteger runs) {
                return engine.submit(runs::incrementAndGet);
            }
        },
        SCHEDULE {
            @Override
            Object enter(Engine engine, AtomicInteger runs) {
                return engine.schedule(runs::incrementAndGet, 50, TimeUnit.MICROSECONDS);
            }
        },
        LANE {
            @Override
            Object enter(Engine engine, AtomicInteger runs) {
                try (Submitter lane = engine.submitter(4)) {
                    lane.submit(COUNT, 0, 0, runs);
                    lane.await();
                }
                return null;
            }
        },
        INVOKE {
            @Override
            Object enter(Engine engine, AtomicInteger runs) {
                engine.invoke(COUNT, 0, 0, runs);
                return null;
            }
        },
        RANGE {
            @Override
            Object enter(Engine engine, AtomicInteger runs) {
                int n = 20_000; // too long for the caller alone
                engine.range(0, n)
                        .forEach(
                                i -> {
                                    if (i == n - 1) {
                                        runs.incrementAndGet();
                                    }
                                });
                return null;
            }
        };

        private static final LongPairTask COUNT =
                new LongPairTask() {
                    @Override
                    protected long compute(Worker w, long a, long b, Object ref) {
                        return ((AtomicInteger) ref).incrementAndGet();
                    }
                };

        /** Returns what shutdownNow would give back, or null if the task has run by now. */
        abstract Object enter(Engine engine, AtomicInteger runs);
    }

    /** One call, and what came of it; read once its thread and the engine have ended. */
    private static final class Call {
        final AtomicInteger runs = new AtomicInteger();
        boolean accepted;
        Object handle;

        void make(Entry entry, Engine engine) {
            try {
                handle = entry.enter(engine, runs);
                accepted = true;
            } catch (RejectedExecutionException | CancellationException refused) {
                assertThat(engine.isShutdown()).as("%s", refused).isTrue();
            }
        }
    }

    private static void make(List<Call> calls, Entry entry, Engine engine) {
        for (Call call : calls) {
            call.make(entry, engine);
        }
    }

    private static List<Call> calls() {
        return Stream.generate(Call::new).limit(CALLS).toList();
    }

    static Stream<Arguments> ends() {
        return Stream.of(Entry.values())
                .flatMap(e -> Stream.of(Arguments.of(e, false), Arguments.of(e, true)));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void whatComesInWhileTheEngineEndsIsNeverLost(Entry entry, boolean now) throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        int refused = 0;
        int ran = 0;
        for (int round = 0; round < ROUNDS || ran == 0 || refused == 0; round++) {
            Engine engine = Engine.start(config(2).build());
            List<List<Call>> books = List.of(calls(), calls(), calls());
            Runnable inside = () -> make(books.get(0), entry, engine);
            engine.execute(inside);
            List<Thread> outside = new ArrayList<>();
            for (List<Call> book : books.subList(1, books.size())) {
                Thread thread = new Thread(() -> make(book, entry, engine));
                outside.add(thread);
                thread.start();
            }
            LockSupport.parkNanos(random.nextInt(1_000_000));
            Set<Object> returned = Collections.newSetFromMap(new IdentityHashMap<>());
            if (now) {
                returned.addAll(engine.shutdownNow());
            } else {
                engine.shutdown();
            }
            for (Thread thread : outside) {
                thread.join(20_000);
                assertThat(thread.isAlive()).as("round %s, %s", round, engine).isFalse();
            }
            assertThat(engine.awaitTermination(20, TimeUnit.SECONDS))
                    .as("round %s, %s", round, engine)
                    .isTrue();
            boolean insideBegan = !returned.remove(inside);
            for (List<Call> book : insideBegan ? books : books.subList(1, books.size())) {
                for (Call call : book) {
                    boolean back = call.handle != null && returned.remove(call.handle);
                    assertThat(call.runs.get())
                            .as("round %s: accepted %s, given back %s", round, call.accepted, back)
                            .isEqualTo(call.accepted && !back ? 1 : 0);
                    ran += call.runs.get();
                    refused += call.accepted ? 0 : 1;
                }
            }
            if (entry != Entry.LANE) { // whose tasks come back without their own face
                assertThat(returned).as("round %s", round).isEmpty();
            }
        }
    }
}
