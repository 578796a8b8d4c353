// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is made beside its place and moved there once it is ready, so that nobody sees half of
 * it. If it is closed before that, nothing stays. One thread.
 */
final class NewFile implements AutoCloseable {
    private static final int ZEROS = 1 << 18;

    private final Path place;
    private final Path fresh;
    private FileChannel channel;
    private boolean isInPlace;

    NewFile(Path place) {
        this.place = place;
        fresh =
                place.resolveSibling(
                        place.getFileName() + "." + ProcessHandle.current().pid() + ".new");
    }

    /** Makes it, full of zeros; the channel is the caller's once the file is in its place. */
    FileChannel open(long bytes) throws IOException {
        channel =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
        for (long at = 0; at < bytes; ) {
            zeros.clear().limit((int) Math.min(ZEROS, bytes - at));
            at += channel.write(zeros, at);
        }
        return channel;
    }

    void moveToItsPlace() throws IOException {
        Files.move(
                fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        isInPlace = true;
    }

    @Override
    public void close() throws IOException {
        if (isInPlace) {
            return;
        }
        if (channel != null) {
            channel.close();
        }
        Files.deleteIfExists(fresh);
    }
}
