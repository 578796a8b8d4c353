// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.chart;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws {@link Bars} as a PNG image; needs no display, but a font. */
public final class PngBars {
    private static final int HEIGHT = 600;
    private static final int WIDTH_OF_GROUP = 120;
    private static final int WIDTH_OF_REST = 260;

    private PngBars() {}

    /**
     * The image file's bytes.
     *
     * @throws IOException if this machine's Java cannot draw text
     */
    public static byte[] draw(Bars bars) throws IOException {
        return Png.bytes(() -> chart(bars));
    }

    private static CategoryChart chart(Bars bars) {
        CategoryChart chart =
                new CategoryChartBuilder()
                        .width(WIDTH_OF_REST + WIDTH_OF_GROUP * Math.max(4, bars.groups().size()))
                        .height(HEIGHT)
                        .title(bars.title())
                        .yAxisTitle(bars.unit())
                        .build();
        chart.getStyler()
                .setYAxisLogarithmic(true)
                .setYAxisMin(Math.pow(10, bars.lowestDecade()))
                .setYAxisMax(Math.pow(10, bars.highestDecade()))
                .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE);
        Color[] colors = Palette.colors(bars.series().size());
        int next = 0;
        for (var entry : bars.series().entrySet()) {
            List<Double> values =
                    entry.getValue().stream().map(v -> Double.isFinite(v) ? v : null).toList();
            chart.addSeries(entry.getKey(), bars.groups(), values).setFillColor(colors[next++]);
        }
        return chart;
    }
}
