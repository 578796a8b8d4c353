// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootOutputTest {
    private static final String RUN =
            "hydra says\n\u001eb\n\u001ettext, \u00e4\n\u001f\u001etmore\u001fbanner\n\u001ee-3\nend\n";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 100})
    void rootsTextIsToldFromTheLaunchers(int piece) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        RootOutput root = new RootOutput(new PrintWriter(out), new PrintWriter(err), piece == 3);
        assertThat(root.hasBegun()).isFalse();
        for (int i = 0; i < RUN.length(); i += piece) {
            char[] chars = RUN.substring(i, Math.min(RUN.length(), i + piece)).toCharArray();
            root.add(chars, chars.length);
        }
        if (piece == 3) {
            assertThat(out.toString()).isEmpty();
            root.release();
        }
        assertThat(out).hasToString("text, \u00e4\nmore");
        assertThat(err).hasToString("hydra says\nbanner\nend\n");
        assertThat(root.hasBegun()).isTrue();
        assertThat(root.exitCode()).isEqualTo(-3);
    }
}
