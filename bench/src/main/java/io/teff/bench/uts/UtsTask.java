// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import io.teff.engine.LongPairTask;
import io.teff.engine.Worker;

/**
 * The search on the engine: a fork for each child that has children, whose result is how many nodes are
 * below it. Leaves are counted where they are made.
 *
 * <p>It does not recurse, so that no tree is too deep for a stack. A worker's forks lie in the same order as
 * the nodes on its walk's stack; the join of one that nobody has stolen calls {@link #compute}, which sees
 * by the node's owner that it is at home, and says so instead of searching. The loop that joined it goes on
 * with that node.
 *
 * <p>A node stays as it is while its fork is open, so that the thief can read it. One search at a time.
 */
final class UtsTask extends LongPairTask {
    private static final long AT_HOME = -1;

    private final Counted counted = new Counted();
    private final ThreadLocal<Walk> walks;

    UtsTask(Tree tree) {
        Branching branching = new Branching(tree);
        walks = ThreadLocal.withInitial(() -> new Walk(tree, branching, Worker.current()));
    }

    /** What was counted in this process. */
    Counted counted() {
        return counted;
    }

    @Override
    protected long compute(Worker w, long a, long b, Object ref) {
        Node node = (Node) ref;
        return node.owner == w ? AT_HOME : search(w, node);
    }

    private long search(Worker w, Node top) {
        Walk walk = walks.get();
        int base = walk.size();
        int newest = 0;
        long descendants = 0;
        Node next = top;
        try {
            while (next != null) {
                int children = walk.enter(next);
                descendants += children;
                for (int i = 0; i < children; i++) {
                    if (walk.make(i)) {
                        newest = fork(w, 0, 0, walk.push());
                    }
                }
                next = null;
                while (next == null && walk.size() > base) {
                    Node joined = walk.newest();
                    long result = join(w, newest--); // before it is popped: a thief may read it
                    walk.pop();
                    if (result == AT_HOME) {
                        next = joined;
                    } else {
                        descendants += result;
                    }
                }
            }
        } finally {
            walk.cut(base);
            counted.add(walk);
        }
        return descendants;
    }
}
