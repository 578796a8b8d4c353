// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The ways to make an app: plain, join and bash apps, of no argument to five, and of lists. The upper
 * half of {@link Flow}, which knows what becomes of their calls.
 */
abstract class Apps {
    Apps() {}

    /** What an app of this name is made of; the flow knows it from now on. */
    abstract App.Kind kind(String name, App.Type type);

    /** An app without arguments. */
    public final <R> App0<R> app(String name, Fn.F0<? extends R> body) {
        return new App0<>(kind(name, App.Type.PLAIN), body);
    }

    /** An app of one argument. */
    public final <A, R> App1<A, R> app(String name, Fn.F1<? super A, ? extends R> body) {
        return new App1<>(kind(name, App.Type.PLAIN), body);
    }

    /** An app of two arguments. */
    public final <A, B, R> App2<A, B, R> app(
            String name, Fn.F2<? super A, ? super B, ? extends R> body) {
        return new App2<>(kind(name, App.Type.PLAIN), body);
    }

    /** An app of three arguments. */
    public final <A, B, C, R> App3<A, B, C, R> app(
            String name, Fn.F3<? super A, ? super B, ? super C, ? extends R> body) {
        return new App3<>(kind(name, App.Type.PLAIN), body);
    }

    /** An app of four arguments. */
    public final <A, B, C, D, R> App4<A, B, C, D, R> app(
            String name, Fn.F4<? super A, ? super B, ? super C, ? super D, ? extends R> body) {
        return new App4<>(kind(name, App.Type.PLAIN), body);
    }

    /** An app of five arguments. */
    public final <A, B, C, D, E, R> App5<A, B, C, D, E, R> app(
            String name,
            Fn.F5<? super A, ? super B, ? super C, ? super D, ? super E, ? extends R> body) {
        return new App5<>(kind(name, App.Type.PLAIN), body);
    }

    /** An app of a list, of any length at each call. */
    public final <A, R> AppList<A, R> listApp(
            String name, Fn.F1<? super List<A>, ? extends R> body) {
        return new AppList<>(kind(name, App.Type.PLAIN), body);
    }

    /**
     * A join app without arguments: its body calls other apps and returns a future, and its own
     * result is that future's. It holds no thread while it waits. The future must not depend on the
     * join app's own call, for then both would wait for ever.
     */
    public final <R> App0<R> joinApp(
            String name, Fn.F0<? extends CompletionStage<? extends R>> body) {
        return new App0<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app whose body returns several futures; its result is the list of theirs. */
    public final <R> App0<List<R>> joinAllApp(
            String name, Fn.F0<? extends Collection<? extends CompletionStage<? extends R>>> body) {
        return new App0<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of one argument; see {@link #joinApp(String, Fn.F0)}. */
    public final <A, R> App1<A, R> joinApp(
            String name, Fn.F1<? super A, ? extends CompletionStage<? extends R>> body) {
        return new App1<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of one argument; see {@link #joinAllApp(String, Fn.F0)}. */
    public final <A, R> App1<A, List<R>> joinAllApp(
            String name,
            Fn.F1<? super A, ? extends Collection<? extends CompletionStage<? extends R>>> body) {
        return new App1<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of two arguments; see {@link #joinApp(String, Fn.F0)}. */
    public final <A, B, R> App2<A, B, R> joinApp(
            String name, Fn.F2<? super A, ? super B, ? extends CompletionStage<? extends R>> body) {
        return new App2<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of two arguments; see {@link #joinAllApp(String, Fn.F0)}. */
    public final <A, B, R> App2<A, B, List<R>> joinAllApp(
            String name,
            Fn.F2<
                            ? super A,
                            ? super B,
                            ? extends Collection<? extends CompletionStage<? extends R>>>
                    body) {
        return new App2<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of three arguments; see {@link #joinApp(String, Fn.F0)}. */
    public final <A, B, C, R> App3<A, B, C, R> joinApp(
            String name,
            Fn.F3<? super A, ? super B, ? super C, ? extends CompletionStage<? extends R>> body) {
        return new App3<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of three arguments; see {@link #joinAllApp(String, Fn.F0)}. */
    public final <A, B, C, R> App3<A, B, C, List<R>> joinAllApp(
            String name,
            Fn.F3<
                            ? super A,
                            ? super B,
                            ? super C,
                            ? extends Collection<? extends CompletionStage<? extends R>>>
                    body) {
        return new App3<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of four arguments; see {@link #joinApp(String, Fn.F0)}. */
    public final <A, B, C, D, R> App4<A, B, C, D, R> joinApp(
            String name,
            Fn.F4<
                            ? super A,
                            ? super B,
                            ? super C,
                            ? super D,
                            ? extends CompletionStage<? extends R>>
                    body) {
        return new App4<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of four arguments; see {@link #joinAllApp(String, Fn.F0)}. */
    public final <A, B, C, D, R> App4<A, B, C, D, List<R>> joinAllApp(
            String name,
            Fn.F4<
                            ? super A,
                            ? super B,
                            ? super C,
                            ? super D,
                            ? extends Collection<? extends CompletionStage<? extends R>>>
                    body) {
        return new App4<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of five arguments; see {@link #joinApp(String, Fn.F0)}. */
    public final <A, B, C, D, E, R> App5<A, B, C, D, E, R> joinApp(
            String name,
            Fn.F5<
                            ? super A,
                            ? super B,
                            ? super C,
                            ? super D,
                            ? super E,
                            ? extends CompletionStage<? extends R>>
                    body) {
        return new App5<>(kind(name, App.Type.JOIN), body);
    }

    /** A join app of five arguments; see {@link #joinAllApp(String, Fn.F0)}. */
    public final <A, B, C, D, E, R> App5<A, B, C, D, E, List<R>> joinAllApp(
            String name,
            Fn.F5<
                            ? super A,
                            ? super B,
                            ? super C,
                            ? super D,
                            ? super E,
                            ? extends Collection<? extends CompletionStage<? extends R>>>
                    body) {
        return new App5<>(kind(name, App.Type.JOIN), body);
    }

    /**
     * A bash app without arguments: its body returns a command line, which a shell runs ({@code
     * /bin/bash -c}, or {@code sh} where there is no bash). The result is the exit code, 0; any other
     * is a {@link BashExitFailure}. Body and command are one try: if either fails, both are tried
     * again as {@link Options#retries} says.
     *
     * <pre>{@code
     * App2<DataFile, DataFile, Integer> sort =
     *         flow.bashApp("sort", (DataFile in, DataFile out) -> "sort " + in + " > " + out);
     * DataFile out = DataFile.of("sorted.txt");
     * DataFuture sorted =
     *         sort.with(o -> o.outputs(out)).call(DataFile.of("words.txt"), out).outputs().get(0);
     * }</pre>
     *
     * <p>No thread of an executor waits for the command. At most {@link FlowBuilder#maxProcesses} of a
     * flow run at once; {@link Options#walltime} counts from the start of the process. When the
     * command ends, runs out of time or is cancelled, or its flow is closed by {@link Exit#CANCEL},
     * all that it has started is killed, background jobs included; only what has left its session by
     * {@code setsid} gets away (on systems without {@code setsid} and {@code /proc}, orphans do).
     * When the JVM ends in order, commands are killed as well. Standard input is empty.
     *
     * <p>A {@link DataFile} in a command line stands for its path, as it is; {@link #quote} guards
     * what may hold blanks.
     */
    public final App0<Integer> bashApp(String name, Fn.F0<String> body) {
        return new App0<>(kind(name, App.Type.BASH), body);
    }

    /** A bash app of one argument; see {@link #bashApp(String, Fn.F0)}. */
    public final <A> App1<A, Integer> bashApp(String name, Fn.F1<? super A, String> body) {
        return new App1<>(kind(name, App.Type.BASH), body);
    }

    /** A bash app of two arguments; see {@link #bashApp(String, Fn.F0)}. */
    public final <A, B> App2<A, B, Integer> bashApp(
            String name, Fn.F2<? super A, ? super B, String> body) {
        return new App2<>(kind(name, App.Type.BASH), body);
    }

    /** A bash app of three arguments; see {@link #bashApp(String, Fn.F0)}. */
    public final <A, B, C> App3<A, B, C, Integer> bashApp(
            String name, Fn.F3<? super A, ? super B, ? super C, String> body) {
        return new App3<>(kind(name, App.Type.BASH), body);
    }

    /** A bash app of four arguments; see {@link #bashApp(String, Fn.F0)}. */
    public final <A, B, C, D> App4<A, B, C, D, Integer> bashApp(
            String name, Fn.F4<? super A, ? super B, ? super C, ? super D, String> body) {
        return new App4<>(kind(name, App.Type.BASH), body);
    }

    /** A bash app of five arguments; see {@link #bashApp(String, Fn.F0)}. */
    public final <A, B, C, D, E> App5<A, B, C, D, E, Integer> bashApp(
            String name,
            Fn.F5<? super A, ? super B, ? super C, ? super D, ? super E, String> body) {
        return new App5<>(kind(name, App.Type.BASH), body);
    }

    /** A bash app of a list, of any length at each call; see {@link #bashApp(String, Fn.F0)}. */
    public final <A> AppList<A, Integer> bashListApp(
            String name, Fn.F1<? super List<A>, String> body) {
        return new AppList<>(kind(name, App.Type.BASH), body);
    }

    /** A word of a command line, whatever characters it has: {@code 'it'\\''s'} for {@code it's}. */
    public static String quote(Object word) {
        return "'" + String.valueOf(word).replace("'", "'\\''") + "'";
    }
}
