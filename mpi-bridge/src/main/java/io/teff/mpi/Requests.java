// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntPredicate;

/**
 * Many receives and sends under way, with few calls of MPI: one starts many receives, and one tells what
 * is done. Receives are persistent and have the keys 0, 1, 2 and so on; sends have keys of the
 * caller's, above those. By one thread at a time.
 *
 * <p>The handles are in one array of MPI's, without gaps: first those of the receives, then those of
 * the sends under way.
 */
public final class Requests implements AutoCloseable {
    /** What MPI may read or write until the process ends, as its requests never did. */
    private static final Queue<NativeBuffer> GIVEN_UP = new ConcurrentLinkedQueue<>();

    private static final int TRIES_TO_END = 1_000;

    /** What a receive is made of. */
    private record Place(long address, int bytes, int tag) {}

    private final Comm comm;
    private final Mpi mpi;
    private final int receives;
    private final NativeBuffer handles;
    private final NativeBuffer starting; // handles
    private final NativeBuffer words; // how many are done, and which
    private final NativeBuffer statuses;
    private final NativeBuffer[] buffers; // by place in handles
    private final Place[] places; // of receives
    private final int[] keys;
    private final boolean[] isStarted;
    private int count;

    private final int[] doneKeys;
    private final int[] doneAt;
    private final MpiException[] errors; // of what is done

    Requests(Comm comm, int receives, int sends) {
        if (receives < 0 || sends < 0) {
            throw new IllegalArgumentException(receives + " receives and " + sends + " sends");
        }
        this.comm = comm;
        this.receives = receives;
        mpi = comm.mpi;
        int most = receives + Math.max(receives, sends); // see close
        handles = NativeBuffer.allocate(most * mpi.abi.handleBytes());
        starting = NativeBuffer.allocate(receives * mpi.abi.handleBytes());
        words = NativeBuffer.allocate((1 + most) * Integer.BYTES);
        statuses = NativeBuffer.allocate(most * mpi.abi.statusBytes());
        buffers = new NativeBuffer[most];
        places = new Place[receives];
        keys = new int[most];
        isStarted = new boolean[receives];
        doneKeys = new int[most];
        doneAt = new int[most];
        errors = new MpiException[most];
        for (int i = 0; i < receives; i++) {
            setHandle(handles, i, mpi.abi.requestNull());
            keys[i] = i;
        }
        count = receives;
    }

    private long handle(NativeBuffer array, int i) {
        return mpi.abi.handleBytes() == Integer.BYTES
                ? array.bytes().getInt(i * Integer.BYTES)
                : array.bytes().getLong(i * Long.BYTES);
    }

    private void setHandle(NativeBuffer array, int i, long handle) {
        if (mpi.abi.handleBytes() == Integer.BYTES) {
            array.bytes().putInt(i * Integer.BYTES, (int) handle);
        } else {
            array.bytes().putLong(i * Long.BYTES, handle);
        }
    }

    private long handleAddress(int i) {
        return handles.address() + (long) i * mpi.abi.handleBytes();
    }

    /** Lays down a receive from any rank, to be started later, and again whenever it is done. */
    public void receive(int key, NativeBuffer into, int offset, int bytes, int tag) {
        if (key < 0 || key >= receives || buffers[key] != null) {
            throw new IllegalArgumentException("receive " + key + " of " + receives);
        }
        buffers[key] = into;
        places[key] = new Place(address(into, offset, bytes), bytes, tag);
        init(key);
    }

    private void init(int key) {
        Place place = places[key];
        mpi.check(
                "MPI_Recv_init",
                mpi.calls.MPI_Recv_init(
                        place.address,
                        place.bytes,
                        mpi.abi.typeByte(),
                        comm.source(Comm.ANY_SOURCE),
                        comm.tag(place.tag),
                        comm.handle,
                        handleAddress(key)));
    }

    private static long address(NativeBuffer buffer, int offset, int bytes) {
        if (offset < 0 || bytes < 0 || bytes > buffer.size() - offset) {
            throw new IllegalArgumentException(
                    bytes + " bytes from " + offset + " of " + buffer.size());
        }
        return buffer.address() + offset;
    }

    /** Starts the receives with these keys, the first so many of the array; none of them is under way. */
    public void start(int[] receives, int count) {
        for (int i = 0; i < count; i++) {
            if (isStarted[receives[i]]) {
                throw new IllegalStateException("receive " + receives[i] + " is under way");
            }
            isStarted[receives[i]] = true;
            setHandle(starting, i, handle(handles, receives[i]));
        }
        mpi.check("MPI_Startall", mpi.calls.MPI_Startall(count, starting.address()));
        for (int i = 0; i < count; i++) {
            setHandle(handles, receives[i], handle(starting, i)); // which MPI may have changed
        }
    }

    /** Begins to send part of a buffer, which is MPI's until it is done. */
    public void send(int key, NativeBuffer from, int offset, int bytes, int dest, int tag) {
        if (key < receives) {
            throw new IllegalArgumentException(key + " is the key of a receive");
        }
        if (count == keys.length) { // which is at least what was asked for
            throw new IllegalStateException((count - receives) + " sends are under way");
        }
        comm.check(from, bytes, dest);
        mpi.check(
                "MPI_Isend",
                mpi.calls.MPI_Isend(
                        address(from, offset, bytes),
                        bytes,
                        mpi.abi.typeByte(),
                        dest,
                        tag,
                        comm.handle,
                        handleAddress(count)));
        buffers[count] = from;
        keys[count] = key;
        count++;
    }

    /** Has MPI go on, and says how many are done since the last time; does not wait. */
    public int testSome() {
        MpiAbi abi = mpi.abi;
        ByteBuffer words = this.words.bytes();
        words.putInt(0, 0);
        int code =
                mpi.calls.MPI_Testsome(
                        count,
                        handles.address(),
                        this.words.address(),
                        this.words.address() + Integer.BYTES,
                        statuses.address());
        int done = Math.max(0, words.getInt(0)); // negative if nothing is under way
        if (code != 0) {
            MpiException error = mpi.error("MPI_Testsome", code);
            if (error.errorClass() != abi.errInStatus()) {
                throw error;
            }
        }
        for (int i = 0; i < done; i++) {
            int at = words.getInt((1 + i) * Integer.BYTES);
            int failed =
                    code == 0
                            ? 0
                            : statuses.bytes().getInt(i * abi.statusBytes() + abi.statusError());
            errors[i] = failed == 0 ? null : mpi.error("MPI_Testsome", failed);
            doneAt[i] = at;
            doneKeys[i] = keys[at];
            if (at < receives) {
                isStarted[at] = false;
                if (failed != 0 && handle(handles, at) == mpi.abi.requestNull()) {
                    init(at); // as Open MPI 4.1 frees persistent requests that fail
                }
            }
        }
        close(done);
        return done;
    }

    /** Closes the gaps that sends have left. */
    private void close(int done) {
        Arrays.sort(doneAt, 0, done); // from behind, so that what fills a gap is not one
        for (int i = done - 1; i >= 0 && doneAt[i] >= receives; i--) {
            remove(doneAt[i]);
        }
    }

    private void remove(int at) {
        count--;
        setHandle(handles, at, handle(handles, count));
        keys[at] = keys[count];
        buffers[at] = buffers[count];
        buffers[count] = null;
    }

    /** The key of one of those that the last {@link #testSome} found done. */
    public int done(int i) {
        return doneKeys[i];
    }

    /** Why that one failed; null if it did not. */
    public MpiException error(int i) {
        return errors[i];
    }

    /** How many sends are under way. */
    public int sends() {
        return count - receives;
    }

    /** Asks no more after the sends with these keys; their buffers are MPI's as long as it runs. */
    public void giveUp(IntPredicate sends) {
        for (int i = count - 1; i >= receives; i--) {
            if (sends.test(keys[i])) {
                GIVEN_UP.add(buffers[i]);
                remove(i);
            }
        }
    }

    /**
     * Ends the receives, by messages of this rank to itself, so that none is under way when MPI ends;
     * and gives the sends up. Does not wait for other ranks.
     */
    @Override
    public void close() {
        giveUp(key -> true);
        NativeBuffer nothing = NativeBuffer.allocate(1);
        for (int i = 0; i < receives; i++) {
            if (isStarted[i]) {
                int tag = places[i].tag == Comm.ANY_TAG ? 0 : places[i].tag;
                send(receives + i, nothing, 0, 0, comm.rank(), tag);
            }
        }
        for (int i = 0; i < TRIES_TO_END && (count > receives || anyStarted()); i++) {
            testSome();
        }
        giveUp(key -> true);
        for (int i = 0; i < receives; i++) {
            if (isStarted[i]) { // by a message that began to arrive, and may never end
                GIVEN_UP.add(buffers[i]);
            } else if (buffers[i] != null) {
                mpi.check("MPI_Request_free", mpi.calls.MPI_Request_free(handleAddress(i)));
            }
            buffers[i] = null;
        }
    }

    private boolean anyStarted() {
        for (boolean started : isStarted) {
            if (started) {
                return true;
            }
        }
        return false;
    }
}
