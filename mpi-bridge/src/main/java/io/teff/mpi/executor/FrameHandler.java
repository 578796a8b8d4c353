// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.nio.ByteBuffer;

/** Takes the frames that arrive. */
@FunctionalInterface
interface FrameHandler {
    /**
     * A frame has arrived.
     *
     * @param from rank of the sender
     * @param buffer in native byte order, and the transport's again on return
     * @param offset start of the frame, a multiple of 8
     * @param bytes length of the frame
     */
    void onFrame(int from, ByteBuffer buffer, int offset, int bytes);
}
