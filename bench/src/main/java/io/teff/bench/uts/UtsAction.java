// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import java.util.Arrays;
import java.util.concurrent.RecursiveAction;

/**
 * The search on ForkJoinPool, in its leanest idiom: what is forked is an object, and what nobody stole is
 * taken back by {@link #tryUnfork} and searched in the same loop, which does not recurse. The result stays
 * in a field.
 */
final class UtsAction extends RecursiveAction {
    private static final long serialVersionUID = 1;

    /** What the actions of a search share. */
    static final class Shared {
        final Counted counted = new Counted();
        private final ThreadLocal<Walk> walks;

        Shared(Tree tree) {
            Branching branching = new Branching(tree);
            walks = ThreadLocal.withInitial(() -> new Walk(tree, branching));
        }
    }

    private final transient Shared shared;
    private final transient Node top;
    private long descendants;

    UtsAction(Shared shared, Node top) {
        this.shared = shared;
        this.top = top;
    }

    /** Nodes below the one it was made for, once it is done. */
    long descendants() {
        return descendants;
    }

    @Override
    protected void compute() {
        Walk walk = shared.walks.get();
        UtsAction[] open = new UtsAction[16];
        int size = 0;
        long sum = 0;
        Node next = top;
        while (next != null) {
            sum += walk.expand(next);
            for (int i = 0; i < walk.size() - 1; i++) {
                UtsAction child = new UtsAction(shared, walk.detach(i));
                if (size == open.length) {
                    open = Arrays.copyOf(open, 2 * size);
                }
                open[size++] = child;
                child.fork();
            }
            next = walk.size() > 0 ? walk.pop() : null;
            walk.cut(0);
            while (next == null && size > 0) {
                UtsAction newest = open[--size];
                open[size] = null;
                if (newest.tryUnfork()) {
                    next = newest.top;
                } else {
                    newest.join();
                    sum += newest.descendants;
                }
            }
        }
        descendants = sum;
        shared.counted.add(walk);
    }
}
