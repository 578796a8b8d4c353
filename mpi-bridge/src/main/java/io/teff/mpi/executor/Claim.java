// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.nio.ByteBuffer;

/** Where a frame that is about to be sent is written. Filled by {@link Transport#claim}. */
final class Claim {
    /** In native byte order; nothing outside the frame may be touched. */
    ByteBuffer buffer;

    /** Start of the frame in the buffer, a multiple of 8. */
    int offset;
}
