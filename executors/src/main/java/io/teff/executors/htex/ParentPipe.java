// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.io.DataInputStream;
import java.io.IOException;

/** Standard input of a child process: its settings, and then nothing until its parent is gone. */
final class ParentPipe {
    private ParentPipe() {}

    static Settings settings() throws IOException {
        DataInputStream in = new DataInputStream(System.in);
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return Settings.of(bytes);
    }

    /** From now on, this process ends when its parent does, however that ends. */
    static void exitAtEnd(String name) {
        Thread watcher =
                new Thread(
                        () -> {
                            try {
                                while (System.in.read() >= 0) {
                                    Thread.onSpinWait(); // nothing is sent: ignore it
                                }
                            } catch (IOException e) {
                                System.err.println(name + " lost its parent: " + e);
                            }
                            Runtime.getRuntime().halt(0);
                        },
                        "teff-htex-parent");
        watcher.setDaemon(true);
        watcher.start();
    }
}
