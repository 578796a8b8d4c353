// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which library is tried first. */
class MpiLibraryTest {
    @Test
    void propertyGoesBeforeVariableGoesBeforeLauncher() {
        Map<String, String> named = Map.of(MpiLibrary.VARIABLE, "mine.so", "PMI_RANK", "0");
        assertThat(MpiLibrary.candidates(named, "its.so")).containsExactly("its.so");
        assertThat(MpiLibrary.candidates(named, null)).containsExactly("mine.so");
        assertThat(MpiLibrary.candidates(Map.of("PMI_RANK", "0"), null))
                .startsWith("libmpich.so.12");
        assertThat(MpiLibrary.candidates(Map.of("OMPI_COMM_WORLD_RANK", "0"), " "))
                .startsWith("libmpi.so.40");
        assertThat(MpiLibrary.candidates(Map.of(MpiLibrary.VARIABLE, ""), null))
                .startsWith("libmpi_abi.so.0")
                .contains("libmpich.so.12", "libmpi.so.12", "libmpi.so.40")
                .doesNotHaveDuplicates();
    }
}
