// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps what calls of memoized apps came to; see {@link Options#memoize}. Put another in the place of
 * the default to bound its memory, or to share results between programs:
 *
 * <pre>{@code
 * Flow flow = Flow.builder().executor("pool", pool).memoizer(new RedisMemoizer(url)).build();
 * }</pre>
 *
 * It may forget what it likes: such a call runs again. Must be safe for use by several threads; is
 * called by those that call apps and those that run them, so it should be quick. If it throws, the
 * flow warns ({@link FlowBuilder#onWarning}) and goes on as if it knew nothing.
 */
public interface Memoizer {
    /** What an earlier call with this key came to; null if that is not known. */
    Memo find(MemoKey key);

    /** A call has ended. Failures are for this run only: they should not outlive the program. */
    void keep(MemoKey key, Memo memo);

    /** Keeps everything in memory, failures too: the default. */
    static Memoizer inMemory() {
        ConcurrentHashMap<MemoKey, Memo> memos = new ConcurrentHashMap<>();
        return new Memoizer() {
            @Override
            public Memo find(MemoKey key) {
                return memos.get(key);
            }

            @Override
            public void keep(MemoKey key, Memo memo) {
                memos.put(key, memo);
            }
        };
    }

    /**
     * What a call came to.
     *
     * @param value its result, if {@code failure} is null
     * @param failure what its last try threw; null if it has a result
     */
    record Memo(Object value, Throwable failure) {}
}
