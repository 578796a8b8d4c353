// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The runs of flows as the seven tables of Parsl's monitoring, in SQLite, with the names, types and
 * keys that Parsl 2026 gives them, so that its dashboard and queries read them. Runs are added to what
 * a file has; one that is there already is replaced.
 *
 * <p>What has no counterpart: {@code resource} stays empty, since tasks share a process; {@code python_v}
 * holds the JVM's version, and {@code total_memory} what its heap may grow to; a task that was cancelled is {@code failed}. Times are local, as Parsl's are.
 */
final class ParslTables implements AutoCloseable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final int BATCH = 1000;
    private static final String BLOCK = "0"; // the process that the flow ran in

    private final Connection db;
    private final ZoneId zone;
    private FlowRun.Head head;
    private PreparedStatement task;
    private PreparedStatement attempt;
    private PreparedStatement status;
    private long lastMicros; // of the task's last state

    /** What was written of a run. */
    record Written(String run, long tasks, long tries, long failed) {}

    /**
     * Opens a database, making it and its tables if they are not there.
     *
     * @throws IllegalArgumentException if the file is there and is none
     */
    ParslTables(Path file, ZoneId zone) throws IOException, SQLException {
        this.zone = zone;
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("--sqlite: there is no folder " + folder);
        }
        db = DriverManager.getConnection("jdbc:sqlite:" + file);
        boolean done = false;
        try (Statement statement = db.createStatement()) {
            db.setAutoCommit(false);
            for (String table : ParslSchema.TABLES) {
                statement.executeUpdate(table);
            }
            db.commit();
            done = true;
        } catch (SQLException e) {
            throw new IllegalArgumentException(
                    "--sqlite: " + file + " cannot be written as a database: " + e.getMessage(), e);
        } finally {
            if (!done) {
                db.close();
            }
        }
    }

    /** Adds a run: all of it, or nothing. */
    Written add(FlowRun run) throws IOException, SQLException {
        try {
            Written written = write(run);
            db.commit();
            return written;
        } catch (IOException | SQLException | RuntimeException e) {
            db.rollback();
            throw e;
        }
    }

    private Written write(FlowRun run) throws IOException, SQLException {
        head = run.head();
        for (String table : ParslSchema.NAMES) {
            try (PreparedStatement delete =
                    db.prepareStatement("DELETE FROM " + table + " WHERE run_id = ?")) {
                delete.setString(1, head.run());
                delete.executeUpdate();
            }
        }
        long tasks = 0;
        long tries = 0;
        long failed = 0;
        long completed = 0;
        long lastNs = 0;
        boolean isOver = true;
        Map<String, long[]> executors = new TreeMap<>(); // when each was used first, and last
        try (PreparedStatement insertTask = ParslSchema.insert(db, "task");
                PreparedStatement insertTry = ParslSchema.insert(db, "try");
                PreparedStatement insertStatus = ParslSchema.insert(db, "status")) {
            task = insertTask;
            attempt = insertTry;
            status = insertStatus;
            for (FlowRun.Task next = run.next(); next != null; next = run.next()) {
                tasks++;
                List<FlowRun.Try> all = tries(next);
                tries += all.size();
                String state = state(next.state());
                boolean hasFailed = state.equals("failed") || state.equals("dep_fail");
                failed += hasFailed ? 1 : 0;
                completed += next.endedNs() >= 0 && !hasFailed ? 1 : 0;
                isOver &= next.endedNs() >= 0;
                lastNs = Math.max(lastNs, next.endedNs());
                addTask(next, all, hasFailed);
                addTries(next, all, executors);
                addStates(next, all, state);
                if (tasks % BATCH == 0) {
                    flush();
                }
            }
            flush();
        }
        addWorkflow(isOver ? lastNs : -1, failed, completed);
        addNode();
        addBlocks(executors, isOver);
        return new Written(head.run(), tasks, tries, failed);
    }

    private void flush() throws SQLException {
        task.executeBatch();
        attempt.executeBatch();
        status.executeBatch();
    }

    private static List<FlowRun.Try> tries(FlowRun.Task task) {
        List<FlowRun.Try> all = new java.util.ArrayList<>(task.earlier());
        if (task.launchedNs() >= 0) {
            all.add(
                    new FlowRun.Try(
                            all.size() + 1,
                            task.executor(),
                            task.thread(),
                            task.launchedNs(),
                            task.startedNs() < task.launchedNs() && !all.isEmpty()
                                    ? -1 // that of the try before
                                    : task.startedNs(),
                            task.returnedNs() < task.launchedNs() && !all.isEmpty()
                                    ? -1
                                    : task.returnedNs()));
        }
        return all;
    }

    /** In Parsl's words. */
    static String state(String state) {
        return state.equals("CANCELLED") ? "failed" : state.toLowerCase(Locale.ROOT);
    }

    private void addTask(FlowRun.Task next, List<FlowRun.Try> tries, boolean hasFailed)
            throws SQLException {
        int failures = hasFailed ? tries.size() : Math.max(0, tries.size() - 1);
        int i = 0;
        task.setLong(++i, next.id());
        task.setString(++i, head.run());
        task.setString(++i, commas(next.dependencies()));
        task.setString(++i, next.app());
        task.setString(++i, next.memoized() ? "True" : "False");
        for (int k = 0; k < 6; k++) {
            task.setString(++i, null); // hash, inputs, outputs, stdin, stdout, stderr
        }
        task.setString(++i, time(next.submittedNs()));
        task.setString(++i, time(next.endedNs()));
        task.setInt(++i, failures);
        task.setDouble(++i, failures);
        task.addBatch();
    }

    private void addTries(FlowRun.Task next, List<FlowRun.Try> tries, Map<String, long[]> executors)
            throws SQLException {
        for (int n = 0; n < tries.size(); n++) {
            FlowRun.Try one = tries.get(n);
            String executor = one.executor() == null ? "" : one.executor();
            long[] used = executors.computeIfAbsent(executor, e -> new long[] {Long.MAX_VALUE, 0});
            used[0] = Math.min(used[0], one.launchedNs());
            used[1] = Math.max(used[1], Math.max(one.launchedNs(), one.returnedNs()));
            int i = 0;
            attempt.setInt(++i, n);
            attempt.setLong(++i, next.id());
            attempt.setString(++i, head.run());
            attempt.setString(++i, BLOCK);
            attempt.setString(++i, head.host());
            attempt.setString(++i, executor);
            attempt.setString(++i, time(one.launchedNs()));
            attempt.setString(++i, time(one.startedNs()));
            attempt.setString(++i, time(one.returnedNs()));
            attempt.setString(++i, null); // what it failed with is not in a trace
            attempt.setString(++i, n == tries.size() - 1 ? commasOrNull(next.joined()) : null);
            attempt.addBatch();
        }
    }

    private void addStates(FlowRun.Task next, List<FlowRun.Try> tries, String last)
            throws SQLException {
        lastMicros = -1;
        addState(next, 0, "pending", next.submittedNs());
        for (int n = 0; n < tries.size(); n++) {
            FlowRun.Try one = tries.get(n);
            addState(next, n, "launched", one.launchedNs());
            addState(next, n, "running", one.startedNs());
            addState(next, n, "running_ended", one.returnedNs());
            if (n < tries.size() - 1) {
                addState(next, n, "fail_retryable", one.returnedNs());
            }
        }
        int n = Math.max(0, tries.size() - 1);
        if (!next.joined().isEmpty()) {
            addState(next, n, "joining", next.returnedNs());
        }
        addState(next, n, last, next.endedNs());
    }

    /** Parsl asks for the state with the latest time, so no two of a task have the same. */
    private void addState(FlowRun.Task next, int n, String name, long ns) throws SQLException {
        if (ns < 0) {
            return;
        }
        lastMicros = Math.max(lastMicros + 1, ns / 1000);
        status.setLong(1, next.id());
        status.setString(2, name);
        status.setString(3, time(1000 * lastMicros));
        status.setString(4, head.run());
        status.setInt(5, n);
        status.addBatch();
    }

    private void addWorkflow(long endedNs, long failed, long completed) throws SQLException {
        try (PreparedStatement insert = ParslSchema.insert(db, "workflow")) {
            insert.setString(1, head.run());
            insert.setString(2, program());
            insert.setString(3, null);
            insert.setString(4, time(0));
            insert.setString(5, time(endedNs));
            insert.setString(6, head.host());
            insert.setString(7, head.user());
            insert.setString(8, head.folder());
            insert.setLong(9, failed);
            insert.setLong(10, completed);
            insert.executeUpdate();
        }
    }

    private String program() {
        String program = head.program() == null ? "" : head.program().strip();
        String first = program.split("\\s+", 2)[0];
        return first.isEmpty() ? "flow" : first;
    }

    private void addNode() throws SQLException {
        try (PreparedStatement insert = ParslSchema.insert(db, "node")) {
            insert.setString(1, null); // by itself
            insert.setString(2, head.run());
            insert.setString(3, head.host());
            insert.setString(4, Long.toString(head.pid()));
            insert.setString(5, BLOCK);
            insert.setInt(6, head.cpus());
            insert.setLong(7, head.heapBytes());
            insert.setInt(8, 0);
            insert.setInt(9, head.threads());
            insert.setString(10, head.jvm() == null ? "" : head.jvm());
            insert.setString(11, time(0));
            insert.setString(12, time(head.nowNs()));
            insert.executeUpdate();
        }
    }

    private void addBlocks(Map<String, long[]> executors, boolean isOver) throws SQLException {
        try (PreparedStatement insert = ParslSchema.insert(db, "block")) {
            for (Map.Entry<String, long[]> executor : executors.entrySet()) {
                long[] used = executor.getValue();
                addBlock(insert, executor.getKey(), used[0], "RUNNING");
                if (isOver) {
                    addBlock(
                            insert,
                            executor.getKey(),
                            Math.max(used[1], used[0] + 1000),
                            "COMPLETED");
                }
            }
        }
    }

    private void addBlock(PreparedStatement insert, String executor, long ns, String name)
            throws SQLException {
        insert.setString(1, head.run());
        insert.setString(2, executor);
        insert.setString(3, BLOCK);
        insert.setString(4, Long.toString(head.pid()));
        insert.setString(5, time(ns));
        insert.setString(6, name);
        insert.executeUpdate();
    }

    private static String commas(List<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String commasOrNull(List<Long> ids) {
        return ids.isEmpty() ? null : commas(ids);
    }

    private String time(long ns) {
        if (ns < 0) {
            return null;
        }
        return LocalDateTime.ofInstant(
                        java.time.Instant.ofEpochMilli(head.begunMs()).plusNanos(ns), zone)
                .format(TIME);
    }

    @Override
    public void close() throws SQLException {
        db.close();
    }
}
