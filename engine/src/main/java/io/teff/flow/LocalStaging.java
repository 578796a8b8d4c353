// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.Set;

/** {@code file}: nothing to do, the files are here. */
final class LocalStaging implements Staging {
    static final LocalStaging INSTANCE = new LocalStaging();

    private LocalStaging() {}

    @Override
    public boolean canStageIn(DataFile file) {
        return isMine(file);
    }

    @Override
    public boolean canStageOut(DataFile file) {
        return isMine(file);
    }

    private static boolean isMine(DataFile file) {
        if (!file.isLocal()) {
            return false;
        }
        String host = file.uri().getAuthority();
        if (host != null && !host.equals("localhost")) {
            throw new IllegalArgumentException(
                    file.uri() + " is on host " + host + ": write file:/path for this machine");
        }
        return true;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public String toString() {
        return "file staging";
    }
}
