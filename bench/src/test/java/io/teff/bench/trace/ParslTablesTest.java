// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import io.teff.engine.Engine;
import io.teff.flow.App0;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A flow's run in Parsl's tables, read back as Parsl's dashboard reads them. */
class ParslTablesTest {
    private static final String FINAL_STATES =
            "SELECT t.task_id, t.task_func_name, s.task_status_name FROM task t LEFT JOIN status s"
                    + " ON t.task_id = s.task_id AND t.run_id = s.run_id AND s.timestamp = (SELECT"
                    + " MAX(timestamp) FROM status WHERE task_id = t.task_id AND run_id = t.run_id)"
                    + " ORDER BY t.task_id";

    @TempDir private Path folder;
    private Path lines;
    private Path database;

    /** one (at its third try) -> two -> sum <- one; bad -> lost; a join over two; and one memoized. */
    @BeforeEach
    void runAFlow() throws Exception {
        lines = folder.resolve("flow.jsonl");
        database = folder.resolve("monitoring.db");
        AtomicInteger tries = new AtomicInteger();
        try (Engine engine = Engine.start();
                Flow flow = Flow.builder().executor("pool", engine).retries(2).trace().build()) {
            App0<Integer> one =
                    flow.app(
                            "one",
                            () -> {
                                if (tries.incrementAndGet() < 3) {
                                    throw new IOException("once more");
                                }
                                return 1;
                            });
            App1<Integer, Integer> two = flow.app("two", (Integer x) -> x * 2);
            App2<Integer, Integer, Integer> sum = flow.app("sum", (Integer a, Integer b) -> a + b);
            App0<Integer> bad =
                    flow.app(
                            "bad \"app\"",
                            () -> {
                                throw new IllegalStateException("x");
                            });
            AppFuture<Integer> f1 = one.call();
            AppFuture<Integer> f2 = two.call(f1);
            assertThat(sum.call(f2, f1).join()).isEqualTo(3);
            AppFuture<Integer> lost = two.call(bad.with(o -> o.retries(0)).call());
            assertThatThrownBy(lost::join).isInstanceOf(CompletionException.class);
            App0<List<Integer>> join =
                    flow.joinAllApp("join", () -> List.of(two.call(5), two.call(6)));
            assertThat(join.call().join()).containsExactly(10, 12);
            App1<Integer, Integer> memo = two.with(o -> o.memoize(true));
            memo.call(9).join();
            assertThat(memo.call(9).join()).isEqualTo(18);
            flow.await(Duration.ofMinutes(1));
            flow.trace().writeJsonLines(lines);
        }
    }

    private String run(String... args) {
        StringWriter out = new StringWriter();
        CommandLine command = TeffCommand.commandLine();
        command.setOut(new PrintWriter(out, true));
        assertThat(command.execute(args)).isZero();
        return out.toString();
    }

    private List<String> query(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = db.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(String.join(" ", row));
            }
        }
        return rows;
    }

    @Test
    void everyTaskTryAndStateIsThere() throws Exception {
        String said = run("trace", lines.toString(), "--sqlite", database.toString());
        assertThat(said).contains("10 tasks in 10 tries, 2 failed").contains("parsl-visualize");
        assertThat(query(FINAL_STATES))
                .containsExactly(
                        "0 one exec_done",
                        "1 two exec_done",
                        "2 sum exec_done",
                        "3 bad \"app\" failed",
                        "4 two dep_fail",
                        "5 join exec_done",
                        "6 two exec_done",
                        "7 two exec_done",
                        "8 two exec_done",
                        "9 two memo_done");
        assertThat(query("SELECT task_depends FROM task ORDER BY task_id"))
                .containsExactly("", "0", "0,1", "", "3", "", "", "", "", "");
        assertThat(query("SELECT task_memoize, task_fail_count FROM task ORDER BY task_id"))
                .startsWith("False 2", "False 0", "False 0", "False 1")
                .endsWith("True 0", "True 0");
        assertThat(query("SELECT try_id, task_executor FROM try WHERE task_id = 0 ORDER BY 1"))
                .containsExactly("0 pool", "1 pool", "2 pool");
        assertThat(query("SELECT task_joins FROM try WHERE task_id = 5")).containsExactly("6,7");
        assertThat(
                        query(
                                "SELECT task_status_name, try_id FROM status WHERE task_id = 0"
                                        + " ORDER BY timestamp"))
                .containsExactly(
                        "pending 0",
                        "launched 0",
                        "running 0",
                        "running_ended 0",
                        "fail_retryable 0",
                        "launched 1",
                        "running 1",
                        "running_ended 1",
                        "fail_retryable 1",
                        "launched 2",
                        "running 2",
                        "running_ended 2",
                        "exec_done 2");
        assertThat(
                        query(
                                "SELECT task_status_name FROM status WHERE task_id = 9 ORDER BY timestamp"))
                .containsExactly("pending", "memo_done");
        assertThat(query("SELECT tasks_failed_count, tasks_completed_count FROM workflow"))
                .containsExactly("2 8");
        assertThat(
                        query(
                                "SELECT COUNT(*) FROM workflow WHERE time_began < time_completed AND"
                                        + " time_began LIKE '2___-__-__ __:__:__.______'"))
                .containsExactly("1");
        assertThat(
                        query(
                                "SELECT COUNT(*) FROM try WHERE task_try_time_launched <="
                                        + " task_try_time_running AND task_try_time_running <="
                                        + " task_try_time_returned"))
                .containsExactly("10");
        assertThat(query("SELECT executor_label, status FROM block ORDER BY timestamp"))
                .containsExactly("pool RUNNING", "pool COMPLETED");
        assertThat(query("SELECT hostname, uid FROM node"))
                .singleElement()
                .asString()
                .endsWith(" " + ProcessHandle.current().pid());
        assertThat(query("SELECT COUNT(*) FROM resource")).containsExactly("0");
    }

    @Test
    void eachTableHasTheColumnsOfParsl() throws Exception {
        run("trace", lines.toString(), "--sqlite", database.toString());
        for (String table : ParslSchema.NAMES) {
            assertThat(query("SELECT name FROM pragma_table_info('" + table + "')"))
                    .isEqualTo(ParslSchema.columns(table))
                    .contains("run_id");
        }
        assertThat(
                        ParslSchema.NAMES.stream()
                                .mapToInt(name -> ParslSchema.columns(name).size())
                                .sum())
                .isEqualTo(10 + 15 + 11 + 5 + 18 + 12 + 6);
    }

    @Test
    void aRunIsAddedOnceAndOthersStay() throws Exception {
        run("trace", lines.toString(), "--sqlite", database.toString());
        Path other = folder.resolve("other.jsonl");
        String run =
                new ObjectMapper().readTree(Files.readAllLines(lines).get(0)).get("run").asText();
        Files.writeString(other, Files.readString(lines).replace(run, "another"));
        String json =
                run(
                        "trace",
                        "--json",
                        other.toString(),
                        lines.toString(),
                        "--sqlite",
                        database.toString());
        JsonNode flows = new ObjectMapper().readTree(json).get("flows");
        assertThat(flows).hasSize(2);
        assertThat(flows.get(0).get("run").asText()).isEqualTo("another");
        assertThat(flows.get(0).get("tasks").asInt()).isEqualTo(10);
        assertThat(query("SELECT COUNT(*) FROM workflow")).containsExactly("2");
        assertThat(query("SELECT COUNT(*) FROM task")).containsExactly("20");
        assertThat(query("SELECT COUNT(*) FROM try")).containsExactly("20");
        assertThat(query("SELECT COUNT(*) FROM node")).containsExactly("2");
    }
}
