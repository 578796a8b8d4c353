// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.chart;

import java.awt.Color;
import java.util.List;
import java.util.Locale;

/**
 * Draws {@link Bars} as SVG text.
 *
 * <p>Written here since the encoder that XChart would use is under the LGPL, and the command's jar
 * holds all its libraries.
 */
public final class SvgBars {
    private static final int LEFT = 70;
    private static final int TOP = 50;
    private static final int PLOT_HEIGHT = 440;
    private static final int BOTTOM = 50;
    private static final int LEGEND_WIDTH = 150;
    private static final int BAR_WIDTH = 16;
    private static final int GROUP_GAP = 28;
    private static final int MIN_GROUP_WIDTH = 90;

    private final Bars bars;
    private final Color[] colors;
    private final int groupWidth;
    private final int plotWidth;
    private final StringBuilder out = new StringBuilder();

    private SvgBars(Bars bars) {
        this.bars = bars;
        this.colors = Palette.colors(bars.series().size());
        this.groupWidth = Math.max(MIN_GROUP_WIDTH, bars.series().size() * BAR_WIDTH + GROUP_GAP);
        this.plotWidth = groupWidth * bars.groups().size();
    }

    /** The image file's text. */
    public static String draw(Bars bars) {
        return new SvgBars(bars).draw();
    }

    private String draw() {
        int width = LEFT + plotWidth + LEGEND_WIDTH;
        int height = TOP + PLOT_HEIGHT + BOTTOM;
        out.append(
                String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                                + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                                + " font-size=\"12\">%n",
                        width,
                        height,
                        width,
                        height));
        rectangle(0, 0, width, height, "#ffffff", "");
        text(LEFT + plotWidth / 2.0, TOP / 2.0, "middle", 16, bars.title());
        axis();
        int series = 0;
        for (var entry : bars.series().entrySet()) {
            bars(series, entry.getKey(), entry.getValue());
            legend(series++, entry.getKey());
        }
        for (int g = 0; g < bars.groups().size(); g++) {
            double middle = LEFT + (g + 0.5) * groupWidth;
            text(middle, TOP + PLOT_HEIGHT + 20.0, "middle", 12, bars.groups().get(g));
        }
        return out.append("</svg>\n").toString();
    }

    private void axis() {
        for (int decade = bars.lowestDecade(); decade <= bars.highestDecade(); decade++) {
            double y = y(Math.pow(10, decade));
            rectangle(LEFT, y, plotWidth, 1, "#cccccc", "");
            String label = decade < 0 ? "%." + -decade + "f" : "%,.0f";
            label = String.format(Locale.ROOT, label, Math.pow(10, decade));
            text(LEFT - 6.0, y + 4, "end", 12, label);
        }
        out.append(
                String.format(
                        Locale.ROOT,
                        "<text transform=\"translate(16 %d) rotate(-90)\""
                                + " text-anchor=\"middle\">%s</text>%n",
                        TOP + PLOT_HEIGHT / 2,
                        escaped(bars.unit())));
    }

    private void bars(int series, String name, List<Double> values) {
        double indent = (groupWidth - bars.series().size() * BAR_WIDTH) / 2.0;
        for (int g = 0; g < values.size(); g++) {
            double value = values.get(g);
            if (Double.isFinite(value)) {
                double y = y(value);
                rectangle(
                        LEFT + g * groupWidth + indent + series * BAR_WIDTH,
                        y,
                        BAR_WIDTH - 1,
                        TOP + PLOT_HEIGHT - y,
                        Palette.hex(colors[series]),
                        String.format(
                                Locale.ROOT, "%s, %s: %.3g", bars.groups().get(g), name, value));
            }
        }
    }

    private void legend(int series, String name) {
        double x = LEFT + plotWidth + 16.0;
        double y = TOP + series * 20.0;
        rectangle(x, y, 12, 12, Palette.hex(colors[series]), "");
        text(x + 18, y + 10, "start", 12, name);
    }

    private double y(double value) {
        int low = bars.lowestDecade();
        double share = (Math.log10(value) - low) / (bars.highestDecade() - low);
        return TOP + PLOT_HEIGHT * (1 - share);
    }

    private void rectangle(
            double x, double y, double width, double height, String color, String tip) {
        out.append(
                String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\">"
                                + "%s</rect>%n",
                        x,
                        y,
                        width,
                        height,
                        color,
                        tip.isEmpty() ? "" : "<title>" + escaped(tip) + "</title>"));
    }

    private void text(double x, double y, String anchor, int size, String text) {
        out.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s"
                                + "</text>%n",
                        x,
                        y,
                        anchor,
                        size,
                        escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
