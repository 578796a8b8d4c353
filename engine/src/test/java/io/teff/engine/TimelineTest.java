// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.monitor.EventBatch;
import io.teff.monitor.EventKind;
import io.teff.monitor.EventRing;
import io.teff.monitor.NamedTask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows of tasks, as one worker takes them; its thread is the test's. */
class TimelineTest {
    private record Named(String taskName) implements NamedTask {}

    private static final Named LONG = new Named("long");
    private static final Named TINY = new Named("tiny");
    private static final long LONG_NS = 60_000; // longer than any event that still grows

    private final EventRing ring = new EventRing(1 << 12);
    private final TaskNames names = new TaskNames();
    private final Counters counters = new Counters();
    private final Timeline timeline = new Timeline(ring, names, counters);

    private void run(Named task, long ns) {
        timeline.before(task);
        long end = System.nanoTime() + ns;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        counters.addTask();
    }

    /** Kind, name and number of tasks of each event. */
    private List<String> events() {
        EventBatch batch = ring.read(0, 1 << 12);
        List<String> events = new ArrayList<>();
        for (int k = 0; k < batch.size(); k++) {
            String name =
                    batch.name(k) == names.id("long")
                            ? "long"
                            : batch.name(k) == names.id("tiny") ? "tiny" : "-";
            events.add(batch.kind(k) + " " + name + " " + batch.count(k));
            assertThat(batch.endNs(k)).isGreaterThanOrEqualTo(batch.beginNs(k));
        }
        return events;
    }

    private int tasks() {
        EventBatch batch = ring.read(0, 1 << 12);
        int sum = 0;
        for (int k = 0; k < batch.size(); k++) {
            sum += batch.kind(k) == EventKind.TASKS ? batch.count(k) : 0;
        }
        return sum;
    }

    @Test
    void longTasksAreOneEventEach() {
        timeline.begins();
        for (int i = 0; i < 3; i++) {
            run(LONG, LONG_NS);
        }
        timeline.ends();
        assertThat(events()).containsExactly("TASKS long 1", "TASKS long 1", "TASKS long 1");
    }

    @Test
    void tinyTasksShareEvents() {
        timeline.begins();
        for (int i = 0; i < 100_000; i++) {
            run(TINY, 0);
        }
        timeline.ends();
        assertThat(tasks()).isEqualTo(100_000);
        assertThat(events()).hasSizeLessThan(10_000).allMatch(e -> e.startsWith("TASKS tiny "));
    }

    @Test
    void windowHasTheNameOfItsFirstTask() {
        timeline.begins();
        run(TINY, LONG_NS);
        run(LONG, LONG_NS);
        timeline.ends();
        assertThat(events()).containsExactly("TASKS tiny 1", "TASKS long 1");
    }

    @Test
    void idlenessEndsAWindowAndIsAnEvent() {
        timeline.begins();
        run(LONG, LONG_NS);
        timeline.idle();
        timeline.found();
        run(TINY, LONG_NS);
        timeline.parks();
        timeline.wakes();
        timeline.ends();
        assertThat(events())
                .containsExactly(
                        "TASKS long 1", "SPIN - 1", "TASKS tiny 1", "SPIN - 1", "PARK - 1");
    }

    @Test
    void tasksThatAreCountedTogetherAreOneWindow() {
        timeline.begins();
        timeline.before(TINY);
        counters.addTasks(37);
        timeline.idle();
        timeline.found();
        timeline.before(LONG);
        counters.addTasks(5);
        timeline.ends();
        assertThat(events()).containsExactly("TASKS tiny 37", "SPIN - 1", "TASKS long 5");
    }

    @Test
    void longTasksAreAskedForOneByOneAndTinyOnesSeldom() {
        timeline.begins();
        assertThat(timeline.stride(64)).isEqualTo(1);
        for (int i = 0; i < 100_000; i++) {
            run(TINY, 0);
        }
        assertThat(timeline.stride(64)).isGreaterThan(1);
        for (int i = 0; i < 2_000 && timeline.stride(64) > 1; i++) {
            run(LONG, LONG_NS);
        }
        assertThat(timeline.stride(64)).isEqualTo(1);
    }
}
