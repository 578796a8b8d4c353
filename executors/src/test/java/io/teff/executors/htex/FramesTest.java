// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.teff.remote.BadFrame;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FramesTest {
    @Test
    void whatIsWrittenIsRead() throws Exception {
        Frames.Writer out = new Frames.Writer(Frames.TASKS).list();
        new Message.Task(Long.MIN_VALUE, -3, Demand.PLAIN, new byte[] {1, 2}).write(out);
        new Message.Task(7, 0, Demand.asked(Resources.parse("cores=1.5,memory=7")), new byte[0])
                .write(out);
        List<Message.Task> tasks = Message.Task.read(new Frames.Reader(out.toBytes()));
        assertThat(tasks).extracting(Message.Task::id).containsExactly(Long.MIN_VALUE, 7L);
        assertThat(tasks).extracting(Message.Task::priority).containsExactly(-3, 0);
        assertThat(tasks.get(0).payload()).containsExactly(1, 2);

        out.reset(Frames.RESULTS).list();
        new Message.Result(5, Frames.WORKER_LOST, new byte[] {9}).write(out);
        Message.Result result = Message.Result.read(new Frames.Reader(out.toBytes())).get(0);
        assertThat(result.id()).isEqualTo(5);
        assertThat(result.status()).isEqualTo(Frames.WORKER_LOST);
        assertThat(result.bytes()).containsExactly(9);
    }

    @Test
    void usesThatCannotBeAreRefused() throws Exception {
        Usage usage = new Usage(Duration.ofMillis(3), Duration.ofNanos(7), 96);
        assertThat(Usage.of(usage.toBytes())).isEqualTo(usage);
        byte[] negative = new Usage(Duration.ofMillis(-3), Duration.ZERO, 1).toBytes();
        for (byte[] bytes : List.of(negative, new byte[0], Arrays.copyOf(negative, 20))) {
            Frames.Writer out = new Frames.Writer(Frames.RESULTS).list();
            new Message.Result(5, Frames.USAGE, bytes).write(out);
            assertThatExceptionOfType(BadFrame.class)
                    .isThrownBy(() -> Message.Result.read(new Frames.Reader(out.toBytes())));
        }
    }

    @Test
    void anotherVersionIsRefusedByName() {
        byte[] frame = Frames.empty(Frames.HEARTBEAT);
        frame[2] = 99;
        assertThatExceptionOfType(BadFrame.class)
                .isThrownBy(() -> new Frames.Reader(frame))
                .withMessage("frame of version 99, this side speaks " + Frames.VERSION);
    }

    @Test
    void listsThatCannotBeThatLongAreRefused() {
        byte[] frame = new Frames.Writer(Frames.TASKS).i32(Integer.MAX_VALUE).toBytes();
        assertThatExceptionOfType(BadFrame.class)
                .isThrownBy(() -> Message.Task.read(new Frames.Reader(frame)))
                .withMessageContaining("2147483647 items in 0 bytes");
        byte[] negative = new Frames.Writer(Frames.TASKS).i32(-1).toBytes();
        assertThatExceptionOfType(BadFrame.class)
                .isThrownBy(() -> Message.Task.read(new Frames.Reader(negative)));
    }

    @Test
    void noBytesWhateverDoMoreThanBeRefused() {
        long seed = Long.getLong("teff.test.seed", System.nanoTime());
        System.out.println("FramesTest seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Frames.Writer out = new Frames.Writer(Frames.RESULTS).list();
        new Message.Result(5, Frames.OK, new byte[20]).write(out);
        byte[] good = out.toBytes();
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 4));
            for (int flips = random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                Message.Result.read(new Frames.Reader(bad));
            } catch (BadFrame expected) {
                refused++;
            }
        }
        assertThat(refused).as("seed %d", seed).isBetween(10_000, 20_000);
    }
}
