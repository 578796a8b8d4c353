// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.chart;

import java.awt.Color;
import java.io.IOException;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws {@link Lines} as a PNG image; needs no display, but a font. */
public final class PngLines {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;

    private PngLines() {}

    /**
     * The image file's bytes.
     *
     * @throws IOException if this machine's Java cannot draw text
     */
    public static byte[] draw(Lines lines) throws IOException {
        return Png.bytes(() -> chart(lines));
    }

    private static XYChart chart(Lines lines) {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(lines.title())
                        .xAxisTitle(lines.xTitle())
                        .yAxisTitle(lines.yTitle())
                        .build();
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisMin(Math.pow(10, lines.lowestDecade()))
                .setXAxisMax(Math.pow(10, lines.highestDecade()))
                .setYAxisMin(0.0)
                .setYAxisMax(lines.top())
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE);
        Color[] colors = Palette.colors(lines.series().size());
        int next = 0;
        for (var entry : lines.series().entrySet()) {
            Color color = colors[next++];
            List<Lines.Point> points = entry.getValue();
            if (points.isEmpty()) {
                continue;
            }
            XYSeries drawn =
                    chart.addSeries(
                            entry.getKey(),
                            points.stream().mapToDouble(Lines.Point::x).toArray(),
                            points.stream().mapToDouble(Lines.Point::y).toArray());
            drawn.setLineColor(color);
            drawn.setMarkerColor(color);
        }
        return chart;
    }
}
