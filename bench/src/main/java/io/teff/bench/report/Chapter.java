// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A part of the page.
 *
 * @param lead what a reader should know first
 * @param absent which command makes what it shows, if it has nothing to show; else empty
 * @param groups figures, one of each group to be seen at a time
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Chapter(
        String id,
        String title,
        String lead,
        String absent,
        List<List<Figure>> groups,
        List<Sheet> tables) {

    /** A table of texts; the first column heads the rows. */
    record Sheet(String title, String note, List<String> headings, List<List<String>> rows) {}
}
