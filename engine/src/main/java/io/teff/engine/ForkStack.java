// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Predicate;

/**
 * The split stack of one worker's forks: thieves take the oldest, the owner the newest, and only
 * the part that somebody asked for is shared.
 *
 * <pre>
 * frames   [0 ........ tail ........ split ........ head)
 *            stolen      public        private
 *
 * FIELD    WRITTEN BY         HOW                         READ BY
 * head     owner              plain                       owner
 * split    owner              plain, after the CAS        owner
 * frames   owner, on growth   plain, before the CAS       thieves: plain, after reading word
 * limit    owner and thieves  opaque                      owner at each fork: opaque
 * word     owner and thieves  CAS; owner: release         everyone: volatile
 *
 * word:  bits 63..32 tail, bits 31..0 split
 * </pre>
 * Invariants: tail &lt;= split &lt;= head; the split in {@code word} is the field {@code split}; frames in
 * [tail, split) are READY; only the owner moves split, only thieves move tail up, and only the owner
 * moves it down, when the newest frame of all was stolen and has finished.
 *
 * <p>Being hungry: a thief that finds nothing public lowers {@code limit} to 0. The owner compares
 * head with limit at each fork anyway, to see whether the frames must grow, so asking costs it
 * nothing. It then publishes half of its private frames. A lowered limit that the owner overwrites
 * at the same moment is lost; thieves ask again while they are hungry.
 *
 * <p>The race: owner and thief want the last public frame. Both CAS the one word, so one of them
 * loses. A thief may be late by any time (its word may have come round again): it reads the frame
 * only after its CAS, and the frame at that index is then the one that is public now.
 *
 * <p>Nothing is called between a successful CAS and the plain stores that belong to it: a
 * StackOverflowError, which can strike at any call, finds the stack whole.
 *
 * <p>Progress: push and pop of private frames wait-free; steal and share lock-free; the join of a
 * stolen frame waits for its thief. Source: Faxén, "Wool", 2008; van Dijk and van de Pol, "Lace",
 * 2014. Checked by ForkStackStress.
 */
class ForkStack extends Pads.ForkStackFields {
    private static final VarHandle LIMIT =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "limit",
                    VarHandle.class,
                    Pads.ForkStackLimit.class,
                    int.class);
    private static final VarHandle WORD =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "word",
                    VarHandle.class,
                    Pads.ForkStackWord.class,
                    long.class);
    private static final int INITIAL_FRAMES = 256;

    private final int maxFrames;

    ForkStack(int maxFrames) {
        this.maxFrames = maxFrames;
        frames = newFrames(new Frame[0], Math.min(INITIAL_FRAMES, maxFrames + 1));
        limit = frames.length - 1;
    }

    // Owner

    /** Forks: the frame becomes the newest. Returns its index, the token that join takes. */
    final int push(Forkable task, long a, long b, Object ref) {
        int h = head;
        fill(frames[h], task, a, b, ref);
        head = h + 1;
        if (h >= limitOpaque()) {
            pushed();
        }
        return h;
    }

    /** The same without numbers, of a task that has none. */
    final int push(Forkable task, Object ref) {
        int h = head;
        Frame frame = frames[h];
        if (frame.task != task) {
            frame.task = task;
        }
        frame.ref = ref;
        head = h + 1;
        if (h >= limitOpaque()) {
            pushed();
        }
        return h;
    }

    /** As {@link #push}, but gives nothing to the hungry: the caller will look itself. */
    final void pushQuietly(Forkable task, long a, long b, Object ref) {
        int h = head;
        fill(frames[h], task, a, b, ref);
        head = h + 1;
        if (h + 1 >= frames.length) {
            grow();
        }
    }

    /** Compares before it stores references: a reference store into an old object costs a card. */
    private static void fill(Frame frame, Forkable task, long a, long b, Object ref) {
        if (frame.task != task) {
            frame.task = task;
        }
        frame.a = a;
        frame.b = b;
        if (frame.ref != ref) {
            frame.ref = ref;
        }
    }

    /** After a push that came to the limit: the frames are full, or somebody is hungry. */
    final void pushed() {
        if (head >= frames.length) {
            grow();
        }
        if (isHungry()) {
            share();
            asked();
        }
    }

    /** Called by the owner, inside a fork, after somebody has asked for work. */
    void asked() {}

    /** Whether a thief has asked for work since the last {@link #share()}. */
    final boolean isHungry() {
        return limitOpaque() == 0;
    }

    /** Publishes the older half of the private frames, at least one. */
    final void share() {
        shareUpTo(split + (head - split + 1) / 2);
    }

    /** Publishes every private frame: the owner is about to block. */
    final void shareAll() {
        shareUpTo(head);
    }

    private void shareUpTo(int to) {
        // before the frames appear, or a later question would be lost
        setLimitOpaque(frames.length - 1);
        if (to <= split) {
            return;
        }
        for (int i = split; i < to; i++) {
            frames[i].makeReady();
        }
        long w;
        do {
            w = wordVolatile();
        } while (!casWord(w, pack(tail(w), to))); // publishes the frames; pairs with steal's CAS
        split = to;
        shared();
    }

    /** Called by the owner after it made frames public: somebody asleep may want one. */
    void shared() {}

    /**
     * Takes the newest frame, at index {@code head - 1}, back from the public; false when it was
     * stolen. Gives up the newer half of the public frames with it, so that the next joins are cheap.
     */
    final boolean pop(int h) {
        if (h >= split) {
            head = h;
            return true;
        }
        for (; ; ) {
            long w = wordVolatile();
            int tail = tail(w);
            if (tail > h) {
                return false;
            }
            int to = (tail + h) >>> 1;
            if (casWord(w, pack(tail, to))) {
                split = to;
                head = h;
                return true;
            }
        }
    }

    /** Drops the newest frame, which was stolen and has finished; all older ones are stolen too. */
    final void popFinished(int h) {
        setWordRelease(pack(h, h)); // no frame is public: no thief can be at work on this word
        split = h;
        head = h;
    }

    /** Forgets the references that frames above head still hold. */
    final void forget() {
        for (int i = head; i < frames.length && frames[i].task != null; i++) {
            frames[i].task = null;
            frames[i].ref = null;
            frames[i].makeReady();
        }
    }

    private void grow() {
        int length = frames.length;
        if (length > maxFrames) {
            head--; // the fork that did not fit
            throw new IllegalStateException(
                    "more than "
                            + maxFrames
                            + " forks are open on one worker: join before forking on, or raise"
                            + " EngineConfig.maxForks");
        }
        frames = newFrames(frames, Math.min(length * 2, maxFrames + 1));
        if (!isHungry()) {
            setLimitOpaque(frames.length - 1);
        }
    }

    private static Frame[] newFrames(Frame[] old, int length) {
        Frame[] grown = new Frame[length];
        System.arraycopy(old, 0, grown, 0, old.length);
        for (int i = old.length; i < length; i++) {
            grown[i] = new Frame();
        }
        return grown;
    }

    // Thieves

    /** Takes the oldest public frame; null when there is none, and then asks the owner for one. */
    final Frame steal(Object thief) {
        for (; ; ) {
            long w = wordVolatile();
            int tail = tail(w);
            if (tail >= split(w)) {
                askForWork();
                return null;
            }
            Frame[] all = frames; // at least as new as word: it was stored before the CAS we read
            if (casWord(w, pack(tail + 1, split(w)))) {
                Frame frame = all[tail];
                frame.takenBy(thief);
                return frame;
            }
        }
    }

    /**
     * As {@link #steal}, for somebody elsewhere who can run only some tasks. It looks at the frame before
     * it takes it, and the word may come round in between: so it asks again whether this is one of them.
     *
     * @return null when the oldest public frame is none of them, or there is none
     */
    final Frame stealFor(Object thief, Predicate<Frame> canRun) {
        long w = wordVolatile();
        int tail = tail(w);
        if (tail >= split(w)) {
            askForWork();
            return null;
        }
        Frame frame = frames[tail];
        if (!canRun.test(frame) || !casWord(w, pack(tail + 1, split(w)))) {
            return null;
        }
        frame.takenBy(thief);
        return frame;
    }

    /** Any thread: makes the owner share at its next fork. Reads first, to leave the line shared. */
    final void askForWork() {
        if (limitOpaque() != 0) {
            setLimitOpaque(0);
        }
    }

    /** Any thread: whether a frame is public just now. */
    final boolean hasPublic() {
        long w = wordVolatile();
        return tail(w) < split(w);
    }

    /** Owner: whether each frame from this index on is with a thief. */
    final boolean hasNone(int base) {
        return head == base || head == split && tail(wordVolatile()) == head;
    }

    // The word and its accessors

    private static long pack(int tail, int split) {
        return (long) tail << 32 | split;
    }

    private static int tail(long w) {
        return (int) (w >>> 32);
    }

    private static int split(long w) {
        return (int) w;
    }

    final int limitOpaque() {
        return (int) LIMIT.getOpaque(this);
    }

    private void setLimitOpaque(int value) {
        LIMIT.setOpaque(this, value);
    }

    private long wordVolatile() {
        return (long) WORD.getVolatile(this);
    }

    private boolean casWord(long expected, long update) {
        return WORD.compareAndSet(this, expected, update);
    }

    private void setWordRelease(long update) {
        WORD.setRelease(this, update);
    }
}
