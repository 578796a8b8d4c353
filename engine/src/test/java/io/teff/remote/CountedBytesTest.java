// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

/** Sizes beyond a limit, most of them larger than the memory of a test. */
final class CountedBytesTest {
    @Test
    void countsOnBeyondTheLimitAndKeepsNothing() {
        CountedBytes bytes = new CountedBytes(1000);
        byte[] block = new byte[999];
        block[998] = 7;
        bytes.write(block, 0, 999);
        bytes.write(8);
        assertThat(bytes.isTooLarge()).isFalse();
        assertThat(bytes.toBytes()).hasSize(1000).endsWith(7, 8);
        bytes.write(9);
        assertThat(bytes.isTooLarge()).isTrue();
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < 3 << 10; i++) {
            bytes.write(large, 0, large.length);
        }
        assertThat(bytes.size()).isEqualTo(1001 + (3L << 30));
    }

    @Test
    void messageBeyondAnArrayIsRefusedWithItsSize() {
        ByteWriter out = new ByteWriter().u8(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> out.bytes(new byte[0], 0, Integer.MAX_VALUE))
                .withMessage("2147483652 bytes in one message, the limit is 2147483639");
    }

    @Test
    void largeBuffersGrowInFewSteps() {
        int most = Integer.MAX_VALUE - 8;
        int length = 256;
        int steps = 0;
        for (; length < most; steps++) {
            int next = ByteWriter.grown(length, length + 4);
            assertThat(next).isGreaterThanOrEqualTo(length + 4).isLessThanOrEqualTo(most);
            length = Math.min(next, most - 4) == most - 4 ? most : next;
        }
        assertThat(steps).isLessThan(30);
        assertThat(ByteWriter.grown(256, 1 << 30)).isEqualTo(1 << 30);
    }
}
