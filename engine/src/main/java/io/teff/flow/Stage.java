// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The {@link CompletionStage} half of an {@link AppFuture}: each method goes on with {@link
 * #toCompletableFuture}, and behaves as {@link CompletableFuture}'s does.
 */
abstract class Stage<R> extends Dependent implements CompletionStage<R> {
    @Override
    public final <U> CompletionStage<U> thenApply(Function<? super R, ? extends U> fn) {
        return toCompletableFuture().thenApply(fn);
    }

    @Override
    public final <U> CompletionStage<U> thenApplyAsync(Function<? super R, ? extends U> fn) {
        return toCompletableFuture().thenApplyAsync(fn);
    }

    @Override
    public final <U> CompletionStage<U> thenApplyAsync(
            Function<? super R, ? extends U> fn, Executor executor) {
        return toCompletableFuture().thenApplyAsync(fn, executor);
    }

    @Override
    public final CompletionStage<Void> thenAccept(Consumer<? super R> action) {
        return toCompletableFuture().thenAccept(action);
    }

    @Override
    public final CompletionStage<Void> thenAcceptAsync(Consumer<? super R> action) {
        return toCompletableFuture().thenAcceptAsync(action);
    }

    @Override
    public final CompletionStage<Void> thenAcceptAsync(
            Consumer<? super R> action, Executor executor) {
        return toCompletableFuture().thenAcceptAsync(action, executor);
    }

    @Override
    public final CompletionStage<Void> thenRun(Runnable action) {
        return toCompletableFuture().thenRun(action);
    }

    @Override
    public final CompletionStage<Void> thenRunAsync(Runnable action) {
        return toCompletableFuture().thenRunAsync(action);
    }

    @Override
    public final CompletionStage<Void> thenRunAsync(Runnable action, Executor executor) {
        return toCompletableFuture().thenRunAsync(action, executor);
    }

    @Override
    public final <U, V> CompletionStage<V> thenCombine(
            CompletionStage<? extends U> other, BiFunction<? super R, ? super U, ? extends V> fn) {
        return toCompletableFuture().thenCombine(other, fn);
    }

    @Override
    public final <U, V> CompletionStage<V> thenCombineAsync(
            CompletionStage<? extends U> other, BiFunction<? super R, ? super U, ? extends V> fn) {
        return toCompletableFuture().thenCombineAsync(other, fn);
    }

    @Override
    public final <U, V> CompletionStage<V> thenCombineAsync(
            CompletionStage<? extends U> other,
            BiFunction<? super R, ? super U, ? extends V> fn,
            Executor executor) {
        return toCompletableFuture().thenCombineAsync(other, fn, executor);
    }

    @Override
    public final <U> CompletionStage<Void> thenAcceptBoth(
            CompletionStage<? extends U> other, BiConsumer<? super R, ? super U> action) {
        return toCompletableFuture().thenAcceptBoth(other, action);
    }

    @Override
    public final <U> CompletionStage<Void> thenAcceptBothAsync(
            CompletionStage<? extends U> other, BiConsumer<? super R, ? super U> action) {
        return toCompletableFuture().thenAcceptBothAsync(other, action);
    }

    @Override
    public final <U> CompletionStage<Void> thenAcceptBothAsync(
            CompletionStage<? extends U> other,
            BiConsumer<? super R, ? super U> action,
            Executor executor) {
        return toCompletableFuture().thenAcceptBothAsync(other, action, executor);
    }

    @Override
    public final CompletionStage<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
        return toCompletableFuture().runAfterBoth(other, action);
    }

    @Override
    public final CompletionStage<Void> runAfterBothAsync(
            CompletionStage<?> other, Runnable action) {
        return toCompletableFuture().runAfterBothAsync(other, action);
    }

    @Override
    public final CompletionStage<Void> runAfterBothAsync(
            CompletionStage<?> other, Runnable action, Executor executor) {
        return toCompletableFuture().runAfterBothAsync(other, action, executor);
    }

    @Override
    public final <U> CompletionStage<U> applyToEither(
            CompletionStage<? extends R> other, Function<? super R, U> fn) {
        return toCompletableFuture().applyToEither(other, fn);
    }

    @Override
    public final <U> CompletionStage<U> applyToEitherAsync(
            CompletionStage<? extends R> other, Function<? super R, U> fn) {
        return toCompletableFuture().applyToEitherAsync(other, fn);
    }

    @Override
    public final <U> CompletionStage<U> applyToEitherAsync(
            CompletionStage<? extends R> other, Function<? super R, U> fn, Executor executor) {
        return toCompletableFuture().applyToEitherAsync(other, fn, executor);
    }

    @Override
    public final CompletionStage<Void> acceptEither(
            CompletionStage<? extends R> other, Consumer<? super R> action) {
        return toCompletableFuture().acceptEither(other, action);
    }

    @Override
    public final CompletionStage<Void> acceptEitherAsync(
            CompletionStage<? extends R> other, Consumer<? super R> action) {
        return toCompletableFuture().acceptEitherAsync(other, action);
    }

    @Override
    public final CompletionStage<Void> acceptEitherAsync(
            CompletionStage<? extends R> other, Consumer<? super R> action, Executor executor) {
        return toCompletableFuture().acceptEitherAsync(other, action, executor);
    }

    @Override
    public final CompletionStage<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
        return toCompletableFuture().runAfterEither(other, action);
    }

    @Override
    public final CompletionStage<Void> runAfterEitherAsync(
            CompletionStage<?> other, Runnable action) {
        return toCompletableFuture().runAfterEitherAsync(other, action);
    }

    @Override
    public final CompletionStage<Void> runAfterEitherAsync(
            CompletionStage<?> other, Runnable action, Executor executor) {
        return toCompletableFuture().runAfterEitherAsync(other, action, executor);
    }

    @Override
    public final <U> CompletionStage<U> thenCompose(
            Function<? super R, ? extends CompletionStage<U>> fn) {
        return toCompletableFuture().thenCompose(fn);
    }

    @Override
    public final <U> CompletionStage<U> thenComposeAsync(
            Function<? super R, ? extends CompletionStage<U>> fn) {
        return toCompletableFuture().thenComposeAsync(fn);
    }

    @Override
    public final <U> CompletionStage<U> thenComposeAsync(
            Function<? super R, ? extends CompletionStage<U>> fn, Executor executor) {
        return toCompletableFuture().thenComposeAsync(fn, executor);
    }

    @Override
    public final <U> CompletionStage<U> handle(BiFunction<? super R, Throwable, ? extends U> fn) {
        return toCompletableFuture().handle(fn);
    }

    @Override
    public final <U> CompletionStage<U> handleAsync(
            BiFunction<? super R, Throwable, ? extends U> fn) {
        return toCompletableFuture().handleAsync(fn);
    }

    @Override
    public final <U> CompletionStage<U> handleAsync(
            BiFunction<? super R, Throwable, ? extends U> fn, Executor executor) {
        return toCompletableFuture().handleAsync(fn, executor);
    }

    @Override
    public final CompletionStage<R> whenComplete(BiConsumer<? super R, ? super Throwable> action) {
        return toCompletableFuture().whenComplete(action);
    }

    @Override
    public final CompletionStage<R> whenCompleteAsync(
            BiConsumer<? super R, ? super Throwable> action) {
        return toCompletableFuture().whenCompleteAsync(action);
    }

    @Override
    public final CompletionStage<R> whenCompleteAsync(
            BiConsumer<? super R, ? super Throwable> action, Executor executor) {
        return toCompletableFuture().whenCompleteAsync(action, executor);
    }

    @Override
    public final CompletionStage<R> exceptionally(Function<Throwable, ? extends R> fn) {
        return toCompletableFuture().exceptionally(fn);
    }
}
