// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.mpi.Comm;
import io.teff.mpi.NativeBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** The version of the program, which all ranks must have. */
final class Program {
    private Program() {}

    /**
     * All ranks call it.
     *
     * @throws IllegalStateException on all of them if they differ in the functions, in their order, or in
     *     the code that these and this library are from
     */
    static void checkSame(Comm world, MpiConfig config) {
        long own = fingerprint(config);
        long most = world.allReduce(own, Comm.Op.MAX);
        long least = world.allReduce(own, Comm.Op.MIN);
        if (most != least) {
            // All say the same, as a launcher ends the others once one has.
            long roots =
                    world.allReduce(world.rank() == 0 ? own : 0, Comm.Op.MAX); // none is below 0
            long differing = own == roots ? world.size() : world.rank();
            int other = (int) world.allReduce(differing, Comm.Op.MIN);
            String owns =
                    "the functions " + config.functions() + " and version " + Long.toHexString(own);
            String rootHas = text(world, 0, owns);
            String otherHas = text(world, other, owns);
            throw new IllegalStateException(
                    "the ranks run different versions of the program: rank 0 has "
                            + rootHas
                            + ", and rank "
                            + other
                            + " has "
                            + otherHas
                            + "; start the same class path on all of them");
        }
    }

    /** That of one rank, which all get. */
    private static String text(Comm world, int rank, String owns) {
        byte[] bytes = owns.getBytes(StandardCharsets.UTF_8);
        boolean isMine = world.rank() == rank;
        int length = (int) world.allReduce(isMine ? bytes.length : 0, Comm.Op.MAX);
        NativeBuffer buffer = NativeBuffer.allocate(length);
        if (isMine) {
            buffer.bytes().put(0, bytes);
        }
        world.bcast(buffer, length, rank);
        byte[] its = new byte[length];
        buffer.bytes().get(0, its);
        return new String(its, StandardCharsets.UTF_8);
    }

    private static long fingerprint(MpiConfig config) {
        CRC32C sum = new CRC32C();
        Set<String> sources = new TreeSet<>();
        update(sum, config.window() + " " + config.lossPolicy());
        sources.add(source(Program.class));
        for (MpiFunction function : config.functions()) {
            update(sum, function.getClass().getSimpleName() + " " + function.name());
            sources.add(source(function.code()));
        }
        sources.forEach(source -> update(sum, source));
        return sum.getValue();
    }

    private static void update(CRC32C sum, String text) {
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        sum.update(0);
    }

    /** The sum of the jar that a class is from, or of its own file. */
    private static String source(Class<?> code) {
        CodeSource source = code.getProtectionDomain().getCodeSource();
        URL place = source == null ? null : source.getLocation();
        try {
            if (place != null && "file".equals(place.getProtocol())) {
                Path path = Path.of(place.toURI());
                if (Files.isRegularFile(path)) {
                    return "jar " + sum(Files.newInputStream(path));
                }
            }
            String file = host(code) + ".class";
            InputStream bytes = code.getResourceAsStream(file);
            return file + " " + (bytes == null ? "made here" : sum(bytes));
        } catch (IOException | URISyntaxException e) {
            return code.getName() + ", which cannot be read"; // then its name must do
        }
    }

    /** Simple name of a class's file; for a lambda, that of the class it was written in. */
    private static String host(Class<?> code) {
        String name = code.getName();
        int lambda = name.indexOf("$$Lambda");
        String host = lambda < 0 ? name : name.substring(0, lambda);
        return host.substring(host.lastIndexOf('.') + 1);
    }

    private static long sum(InputStream stream) throws IOException {
        CRC32C sum = new CRC32C();
        byte[] buffer = new byte[1 << 16];
        try (stream) {
            int n;
            while ((n = stream.read(buffer)) > 0) {
                sum.update(buffer, 0, n);
            }
        }
        return sum.getValue();
    }
}
