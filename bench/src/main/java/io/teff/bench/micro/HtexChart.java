// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.chart.Bars;
import io.teff.bench.chart.PngBars;
import io.teff.bench.chart.SvgBars;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.ResultFolder;
import io.teff.bench.measure.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of a sweep over workers: time against number of functions. */
final class HtexChart {
    private HtexChart() {}

    static void write(ResultFolder folder, Report report, PrintWriter err) throws IOException {
        folder.write("htex.json", report.toJson() + "\n");
        Bars bars = bars(report);
        folder.write("htex.svg", SvgBars.draw(bars));
        byte[] png;
        try {
            png = PngBars.draw(bars);
        } catch (IOException e) {
            err.println("teff bench htex: no PNG chart: " + e.getMessage());
            return;
        }
        folder.write("htex.png", png);
    }

    static Bars bars(Report report) {
        List<Object> counts =
                report.rows().stream()
                        .map(row -> row.params().get("functions"))
                        .filter(count -> count != null) // a contender that failed
                        .distinct()
                        .toList();
        Map<String, List<Double>> series = new LinkedHashMap<>();
        for (Row row : report.rows()) {
            int at = counts.indexOf(row.params().get("functions"));
            if (at >= 0) {
                series.computeIfAbsent(
                                row.contender() + " x" + row.workers(),
                                name -> Bars.missing(counts.size()))
                        .set(at, row.median() / 1e3);
            }
        }
        return new Bars(
                "teff bench htex: time that N functions take",
                "milliseconds",
                counts.stream().map(count -> count + " functions").toList(),
                series);
    }
}
