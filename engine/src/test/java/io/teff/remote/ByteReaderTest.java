// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ByteReaderTest {
    @Test
    void whatIsWrittenIsRead() throws Exception {
        byte[] large = new byte[100_000];
        Arrays.fill(large, (byte) 7);
        ByteWriter out = new ByteWriter();
        out.u8(-3).i32(Integer.MIN_VALUE).i64(Long.MAX_VALUE - 1).string("grün").bytes(large);
        out.bytes(large, 5, 2);
        assertThat(out.size()).isEqualTo(1 + 4 + 8 + 4 + 5 + 4 + 100_000 + 4 + 2);
        ByteReader in = new ByteReader(out.toBytes());
        assertThat(in.u8()).isEqualTo(-3);
        assertThat(in.i32()).isEqualTo(Integer.MIN_VALUE);
        assertThat(in.i64()).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(in.string()).isEqualTo("grün");
        assertThat(in.bytes()).isEqualTo(large);
        assertThat(in.bytes()).containsExactly(7, 7);
        in.done();
    }

    @Test
    void lengthsThatCannotBeAreRefused() {
        for (int n : new int[] {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            byte[] bytes = new ByteWriter().i32(n).u8(1).u8(2).u8(3).toBytes();
            assertThatExceptionOfType(BadFrame.class)
                    .isThrownBy(() -> new ByteReader(bytes).bytes());
            assertThatExceptionOfType(BadFrame.class)
                    .isThrownBy(() -> new RecentText().read(new ByteReader(bytes)));
            assertThatExceptionOfType(BadFrame.class)
                    .isThrownBy(() -> new ByteReader(bytes).list(1))
                    .withMessage("a list of " + n + " items in 3 bytes");
        }
    }

    @Test
    void recentTextIsTheOneThatIsThere() throws Exception {
        RecentText recent = new RecentText();
        byte[] bytes =
                new ByteWriter().string("a.b").string("a.b").string("a.c").string("").toBytes();
        ByteReader in = new ByteReader(bytes);
        String first = recent.read(in);
        assertThat(first).isEqualTo("a.b");
        assertThat(recent.read(in)).isSameAs(first);
        assertThat(recent.read(in)).isEqualTo("a.c");
        assertThat(recent.read(in)).isEmpty();
        in.done();
    }

    @Test
    void whatIsTooLongOrTooShortIsRefused() throws Exception {
        ByteReader in = new ByteReader(new byte[7]);
        assertThat(in.i32()).isZero();
        assertThatExceptionOfType(BadFrame.class)
                .isThrownBy(in::done)
                .withMessage("3 bytes too many behind the last field");
        assertThatExceptionOfType(BadFrame.class)
                .isThrownBy(in::i32)
                .withMessage("a field of 4 bytes in 3");
    }
}
