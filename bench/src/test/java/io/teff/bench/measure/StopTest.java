// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What becomes of figures when a run is interrupted, profiled, or finds a full disk. */
class StopTest {
    @TempDir private Path folder;

    private static Rounds rounds() {
        return new Rounds("test", new Progress(new PrintStream(new ByteArrayOutputStream()), false))
                .warmUp(0, 0)
                .rounds(5)
                .collect(false);
    }

    private static Contender contender(String name, Contender.Round round) {
        return new Contender("work", name, 1, Map.of(), "ns/op", round);
    }

    @Test
    void whatWasMeasuredBeforeCtrlCIsKept() throws InterruptedException {
        Stop stop = Stop.watch();
        AtomicInteger turns = new AtomicInteger();
        Report report =
                rounds().run(
                                List.of(
                                        contender("whole", points -> points.add(1, true)),
                                        contender(
                                                "hangs",
                                                points -> {
                                                    if (turns.incrementAndGet() == 3) {
                                                        stop.request();
                                                        Thread.sleep(60_000); // is interrupted
                                                    }
                                                    points.add(2, true);
                                                }),
                                        contender(
                                                "fails",
                                                points -> {
                                                    throw new IllegalStateException("broken");
                                                })),
                                stop);
        stop.close();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(report.partial()).isTrue();
        assertThat(report.clean()).isFalse();
        assertThat(report.rows())
                .extracting(Row::contender)
                .containsExactly("whole", "hangs", "fails");
        assertThat(report.rows().get(0).raw()).hasSizeBetween(2, 3);
        assertThat(report.rows().get(1).raw()).containsExactly(2.0, 2.0);
        assertThat(report.toJson()).contains("\"partial\":true");
    }

    @Test
    void anInterruptThatIsNoCtrlCEndsTheRun() {
        Stop stop = Stop.watch();
        assertThatThrownBy(
                        () ->
                                rounds().run(
                                                List.of(
                                                        contender(
                                                                "hangs",
                                                                points -> {
                                                                    Thread.currentThread()
                                                                            .interrupt();
                                                                    Thread.sleep(60_000);
                                                                })),
                                                stop))
                .isInstanceOf(InterruptedException.class);
        stop.close();
    }

    @Test
    void aWholeRunDoesNotSayThatItIsPartial() throws InterruptedException {
        Report report = rounds().run(List.of(contender("whole", points -> points.add(1, true))));
        assertThat(report.partial()).isFalse();
        assertThat(report.toJson()).doesNotContain("partial").doesNotContain("profiles");
    }

    @Test
    void aProfileNamesItsFiles() throws Exception {
        Report report =
                rounds().profile(folder)
                        .run(
                                List.of(
                                        contender(
                                                "spins",
                                                points -> {
                                                    long end = System.nanoTime() + 50_000_000;
                                                    while (System.nanoTime() < end) {
                                                        Thread.onSpinWait();
                                                    }
                                                    points.add(1, true);
                                                })));
        assertThat(report.profiles()).containsExactly("test.jfr", "test-flames.html");
        assertThat(report.clean()).isFalse();
        assertThat(Files.readString(folder.resolve("test-flames.html"))).contains("StopTest");
        assertThat(folder.resolve("test.jfr")).isNotEmptyFile();
    }

    @Command(name = "test")
    static final class Nothing {}

    @Test
    void aFullDiskGetsTheTableOnStderr() throws InterruptedException {
        Report report = rounds().run(List.of(contender("whole", points -> points.add(1, true))));
        CommandLine line = new CommandLine(new Nothing());
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err, true));
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                };
        line.setOut(new PrintWriter(new OutputStreamWriter(full, UTF_8), true));
        assertThat(Printed.exitCode(line.getCommandSpec(), report, true, "the table")).isEqualTo(1);
        assertThat(err.toString()).contains("disk full").contains("the table");
        line.setOut(new PrintWriter(new StringWriter(), true));
        assertThat(Printed.exitCode(line.getCommandSpec(), report, true, "")).isZero();
    }

    @Test
    void aFolderKeepsTheOldFileWhenTheNewOneCannotBeWritten() throws IOException {
        ResultFolder results = ResultFolder.open(folder.toString());
        results.write("a.json", "old");
        Files.createDirectory(folder.resolve("a.json.new"));
        Files.writeString(folder.resolve("a.json.new/in-the-way"), "");
        assertThatThrownBy(() -> results.write("a.json", "new")).isInstanceOf(IOException.class);
        assertThat(Files.readString(folder.resolve("a.json"))).isEqualTo("old");
    }
}
