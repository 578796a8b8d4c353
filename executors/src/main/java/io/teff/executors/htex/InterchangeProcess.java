// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The interchange as a child process. Its settings go by its standard input, as in Parsl. */
final class InterchangeProcess implements InterchangeStarter.Running {
    private final Process process;

    private InterchangeProcess(Process process) {
        this.process = process;
    }

    static InterchangeProcess start(Settings settings, Consumer<String> onExit) throws IOException {
        List<String> line = new ArrayList<>();
        line.addAll(List.of(settings.text("java"), "-XX:+ExitOnOutOfMemoryError"));
        line.addAll(JvmOptions.of(settings.group("worker.option.").values(), System.getenv()));
        line.addAll(List.of("-cp", settings.text("classpath"), Interchange.class.getName()));
        File output = settings.path("directory").resolve("interchange.out").toFile();
        Process process =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                        .start();
        // The pipe stays open: its end tells the interchange that this process is gone.
        DataOutputStream out = new DataOutputStream(process.getOutputStream());
        byte[] bytes = settings.toBytes();
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
        process.onExit().thenAccept(p -> onExit.accept("exit code " + p.exitValue()));
        return new InterchangeProcess(process);
    }

    @Override
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public long pid() {
        return process.pid();
    }
}
