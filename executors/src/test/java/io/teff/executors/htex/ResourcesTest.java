// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResourcesTest {
    @Test
    void entriesOfAMapAreNumbersOrTheirTexts() {
        assertThat(Resources.of(Map.of("cores", 2, "memory", 512L)))
                .isEqualTo(new Resources(2, 512, 0, 0));
        assertThat(Resources.of(Map.of("cores", "0.5", "disk", 10.0, "accelerators", "1")))
                .isEqualTo(new Resources(0.5, 0, 10, 1));
        assertThat(Resources.of(Map.of())).isEqualTo(Resources.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing",
                "cores=2",
                "cores=0.001",
                "cores=1.5,memory=512,disk=7,accelerators=3",
                "memory=1"
            })
    void whatIsPrintedIsRead(String text) throws Exception {
        Resources read = Resources.parse(text);
        assertThat(read).hasToString(text);
        Frames.Writer out = new Frames.Writer(Frames.TASKS);
        read.write(out);
        assertThat(Resources.read(new Frames.Reader(out.toBytes()))).isEqualTo(read);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "core=2;no resource has the name core; entries are cores",
                "cores=0;resource cores is 0.0, but must be more than 0",
                "cores=-1;resource cores is -1.0, but must be more than 0",
                "cores=NaN;resource cores is NaN",
                "cores=0.0001;but must be at least 0.001",
                "cores=many;resource cores is many, but must be a number",
                "memory=1.5;resource memory is 1.5, but must be a whole number",
                "memory=0;resource memory is 0.0, but must be a whole number from 1",
                "memory=99999999999;resource memory is 9.9999999999E10",
                "disk=-3;resource disk is -3.0",
                "accelerators=0.5;resource accelerators is 0.5",
                "cores=1,cores=2;resources name cores twice",
                "2;resources must be like cores=2,memory=512: 2",
                "'';resources must be like cores=2,memory=512"
            })
    void wrongEntriesAreRefusedByName(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Resources.parse(text))
                .withMessageContaining(message);
    }

    @Test
    void valuesThatAreNoNumbersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Resources.of(Map.of("memory", true)))
                .withMessageContaining("resource memory is true, but must be a number");
    }

    @Test
    void unnamedPartsCountAsOneWorkersShare() {
        NodeRoom room = new NodeRoom(new Resources(4, 4000, 100, 2), 4);
        Demand two = Demand.asked(Resources.cores(2));
        assertThat(room.fits(two, 2)).as("beside two plain tasks").isTrue();
        assertThat(room.fits(two, 3)).isFalse();
        room.take(two);
        assertThat(room.held()).isEqualTo(new Resources(2, 1000, 0, 0));
        assertThat(room.fits(Demand.asked(Resources.memoryMb(3000)), 0)).isTrue();
        assertThat(room.fits(Demand.asked(Resources.memoryMb(3001)), 0)).isFalse();
        assertThat(room.fits(Demand.NODE, 0)).isFalse();
        room.give(two);
        assertThat(room.fits(Demand.NODE, 0)).isTrue();
        assertThat(room.fits(Demand.NODE, 1)).isFalse();
        assertThat(room.isEmpty()).isTrue();
        assertThat(room.canEverHold(Demand.asked(Resources.cores(5)))).isFalse();
        assertThat(room.fits(Demand.label(Resources.cores(5)), 0)).as("a guess").isTrue();
    }
}
