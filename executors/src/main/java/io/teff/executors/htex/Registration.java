// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import java.io.File;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a manager says of itself, first of all.
 *
 * @param token the secret of this executor: without it nobody is a manager
 * @param protocol version of the frames, {@code javaVersion} that of the JVM: both must match
 * @param block the block it belongs to
 * @param capacity how many tasks it takes at a time: workers and prefetch
 * @param node what tasks there can hold, together
 * @param packages the archives on its class path, and their versions
 */
record Registration(
        String token,
        int protocol,
        int javaVersion,
        String block,
        String host,
        long pid,
        int workers,
        int capacity,
        Resources node,
        Map<String, String> packages) {
    byte[] toBytes() {
        Frames.Writer out = new Frames.Writer(Frames.REGISTER);
        out.string(token).i32(protocol).i32(javaVersion).string(block).string(host).i64(pid);
        out.i32(workers).i32(capacity);
        node.write(out);
        out.i32(packages.size());
        packages.forEach((name, version) -> out.string(name).string(version));
        return out.toBytes();
    }

    static Registration read(Frames.Reader in) throws BadFrame {
        String token = in.string();
        int protocol = in.i32();
        int javaVersion = in.i32();
        String block = in.string();
        String host = in.string();
        long pid = in.i64();
        int workers = in.i32();
        int capacity = in.i32();
        Resources node = Resources.read(in);
        Map<String, String> packages = new TreeMap<>();
        for (int n = in.list(8); n > 0; n--) {
            packages.put(in.string(), in.string());
        }
        in.done();
        if (workers < 1 || capacity < workers) {
            throw new BadFrame("a manager of " + workers + " workers and capacity " + capacity);
        }
        return new Registration(
                token, protocol, javaVersion, block, host, pid, workers, capacity, node, packages);
    }

    /** The class path by archive: {@code jeromq-0.6.0.jar} is jeromq, 0.6.0. */
    static Map<String, String> packagesHere() {
        Map<String, String> found = new TreeMap<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String name = new File(entry).getName();
            if (name.endsWith(".jar")) {
                name = name.substring(0, name.length() - 4);
                int dash = 0;
                while (dash < name.length() - 1
                        && !(name.charAt(dash) == '-'
                                && Character.isDigit(name.charAt(dash + 1)))) {
                    dash++;
                }
                boolean versioned = dash < name.length() - 1;
                found.put(
                        versioned ? name.substring(0, dash) : name,
                        versioned ? name.substring(dash + 1) : "");
            }
        }
        return found;
    }
}
