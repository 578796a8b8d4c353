// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.mpi.MpiLauncher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Two ranks that wait for orders, a line each, and answer with the nanoseconds one took. One thread. */
final class RankSession implements AutoCloseable {
    private static final long LIMIT_S = 120;

    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;
    private final Path errors;

    private RankSession(List<String> command) throws IOException {
        errors = Files.createTempFile("teff-ranks-", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT", "1");
        builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        process = builder.start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Two ranks of a program. */
    static RankSession of(MpiLauncher launcher, List<String> program) throws IOException {
        List<String> command = new ArrayList<>(launcher.command(2));
        command.addAll(program);
        return new RankSession(command);
    }

    /** Two ranks of this JVM's program with another main class. */
    static RankSession of(MpiLauncher launcher, Class<?> main) throws IOException {
        List<String> program = new ArrayList<>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // as scripts/teff does for whatever is measured
        program.addAll(List.of("-XX:+UseParallelGC", "-XX:+UseCondCardMark", "-Xms1g", "-Xmx1g"));
        if (Runtime.version().feature() >= 22) {
            program.add("--enable-native-access=ALL-UNNAMED");
        }
        program.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return of(launcher, program);
    }

    /** Nanoseconds that an order took; -1 if its answer was wrong. */
    long run(String order, long n) throws IOException, InterruptedException {
        orders.write(order + " " + n + "\n");
        orders.flush();
        CompletableFuture<String> line = CompletableFuture.supplyAsync(this::read);
        try {
            String answer = line.get(LIMIT_S, TimeUnit.SECONDS);
            if (answer == null) {
                throw new IOException("the ranks have ended: " + Files.readString(errors).strip());
            }
            return answer.equals("wrong") ? -1 : Long.parseLong(answer.strip());
        } catch (TimeoutException e) {
            throw new IOException(order + " " + n + " was not done in " + LIMIT_S + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("no answer to " + order + ": " + e.getCause(), e);
        }
    }

    private String read() {
        try {
            return answers.readLine();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            orders.close(); // so they end
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
            }
            process.destroyForcibly().waitFor();
            Files.delete(errors);
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
