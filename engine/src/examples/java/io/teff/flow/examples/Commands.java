// SPDX-License-Identifier: Apache-2.0
package io.teff.flow.examples;

import io.teff.engine.Engine;
import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.DataFile;
import io.teff.flow.DataFuture;
import io.teff.flow.Flow;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two commands, the second on the file that the first makes. Argument: a folder to work in. */
public final class Commands {
    private Commands() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            throw new IllegalArgumentException("one argument: a folder to work in");
        }
        DataFile numbers = DataFile.of(Path.of(args[0], "numbers").toString());
        DataFile sorted = DataFile.of(Path.of(args[0], "sorted").toString());
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App1<Integer, Integer> count =
                    flow.bashApp(
                                    "count",
                                    (Integer n) ->
                                            "seq 1 " + n + " > " + Flow.quote(numbers.path()))
                            .with(o -> o.outputs(numbers));
            App1<DataFile, Integer> sort =
                    flow.bashApp(
                                    "sort",
                                    (DataFile file) ->
                                            "sort -rn "
                                                    + Flow.quote(file.path())
                                                    + " > "
                                                    + Flow.quote(sorted.path()))
                            .with(o -> o.outputs(sorted));
            DataFuture made = count.call(1000).outputs().get(0);
            AppFuture<Integer> exitCode = sort.call(made);
            System.out.println("exit code " + exitCode.join());
            System.out.println("first line " + Files.readAllLines(sorted.path()).get(0));
        }
    }
}
