// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What blocks hear of their managers. */
final class ManagerLoadTest {
    private List<String> answer; // null: there is none

    private final ManagerLoad load =
            new ManagerLoad(
                    new ManagerLoad.Source() {
                        @Override
                        public int outstanding() {
                            return 1;
                        }

                        @Override
                        public List<String> ask(String word, String argument) {
                            if (answer == null) {
                                throw new IllegalStateException("no answer to " + word);
                            }
                            return answer;
                        }

                        @Override
                        public void failAll(Throwable reason) {
                            throw new AssertionError(reason);
                        }
                    },
                    HtexConfig.tuned().build());

    private static String manager(String block, long idleMs) {
        return "id\t"
                + block
                + "\thost\t1\t2\t3\t0\t"
                + idleMs
                + "\tfalse\tfalse\tcores=2\tnothing";
    }

    @Test
    void blocksCountAsBusyWhileNobodyAnswers() {
        assertThat(load.connected()).isEmpty();
        answer = List.of(manager("0", 5), manager("1", -1));
        assertThat(load.connected()).containsExactlyInAnyOrder("0", "1");
        assertThat(load.idle()).containsOnlyKeys("0");
        answer = null;
        assertThat(load.connected()).as("not cancelled").containsExactlyInAnyOrder("0", "1");
        assertThat(load.idle()).as("not cancelled").isEmpty();
        answer = List.of(manager("1", 7));
        assertThat(load.connected()).containsExactly("1");
        assertThat(load.idle()).containsOnlyKeys("1");
    }
}
