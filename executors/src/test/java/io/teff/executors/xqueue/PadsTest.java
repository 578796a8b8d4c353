// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each group of fields has 128 bytes of padding before and behind it, in classes of its own. */
final class PadsTest {
    @ParameterizedTest
    @ValueSource(classes = {Turn.class, Row.class, Nap.class, Desk.class})
    void fieldsOfOneGroupStandBetweenTwoPads(Class<?> shared) {
        boolean groupMayCome = false;
        int groups = 0;
        int pads = 0;
        // From below upwards: a pad, a group, a pad, and so on; the JVM lays out each class whole.
        for (Class<?> c = shared.getSuperclass(); c != Object.class; c = c.getSuperclass()) {
            if (bytes(c) == 128) {
                pads++;
                groupMayCome = true;
            } else {
                assertThat(bytes(c)).as("%s is a group or a whole pad", c).isZero();
                assertThat(groupMayCome).as("a pad behind %s", c).isTrue();
                groups++;
                groupMayCome = false;
            }
        }
        assertThat(groups).isPositive();
        assertThat(pads).isEqualTo(groups + 1);
    }

    private static int bytes(Class<?> c) {
        int bytes = 0;
        for (Field field : c.getDeclaredFields()) {
            if (field.getType() == byte.class && !Modifier.isStatic(field.getModifiers())) {
                bytes++;
            }
        }
        return bytes;
    }
}
