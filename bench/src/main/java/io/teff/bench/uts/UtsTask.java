// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import io.teff.engine.LongPairTask;
import io.teff.engine.Worker;

/**
 * The search on the engine: a fork for each child that has children but the last, whose result is how many
 * nodes are below it. Leaves are counted where they are made.
 *
 * <p>It does not recurse, so that no tree is too deep for a stack. A worker's forks lie in the same order as
 * the nodes on its walk's stack; a fork that nobody has stolen is taken back, and the same loop goes on with
 * its node, as it does with that last child.
 *
 * <p>A node stays as it is while its fork is open, so that the thief can read it. One search at a time.
 */
final class UtsTask extends LongPairTask {
    private final Counted counted = new Counted();
    private final ThreadLocal<Walk> walks;

    UtsTask(Tree tree) {
        Branching branching = new Branching(tree);
        walks = ThreadLocal.withInitial(() -> new Walk(tree, branching));
    }

    /** What was counted in this process. */
    Counted counted() {
        return counted;
    }

    @Override
    protected long compute(Worker w, long a, long b, Object top) {
        Walk walk = walks.get();
        int base = walk.size();
        int newest = 0;
        long descendants = 0;
        Node next = (Node) top;
        try {
            while (next != null) {
                int from = walk.size();
                descendants += walk.expand(next);
                int kept = walk.size() - from;
                if (kept > 1) {
                    newest = forkAll(w, walk, from);
                }
                if (kept > 0) {
                    next = walk.pop();
                    continue;
                }
                next = null;
                while (next == null && walk.size() > base) {
                    if (unfork(w, newest)) {
                        next = walk.pop();
                    } else {
                        descendants += join(w, newest);
                        walk.pop(); // not before: its thief reads it
                    }
                    newest--;
                }
            }
        } finally {
            walk.cut(base);
            counted.add(walk);
        }
        return descendants;
    }

    private int forkAll(Worker w, Walk walk, int from) {
        int newest = 0;
        for (int i = from; i < walk.size() - 1; i++) {
            newest = fork(w, 0, 0, walk.kept(i));
        }
        return newest;
    }
}
