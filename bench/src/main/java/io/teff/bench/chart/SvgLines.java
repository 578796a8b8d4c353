// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.chart;

import java.awt.Color;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Draws {@link Lines} as SVG text; see {@link SvgBars} for why it is written here. */
public final class SvgLines {
    private static final int LEFT = 70;
    private static final int TOP = 50;
    private static final int WIDTH = 640;
    private static final int HEIGHT = 400;
    private static final int LEGEND_WIDTH = 150;
    private static final int BOTTOM = 60;
    private static final int ROWS = 5;

    private final Lines lines;
    private final StringBuilder out = new StringBuilder();

    private SvgLines(Lines lines) {
        this.lines = lines;
    }

    /** The image file's text. */
    public static String draw(Lines lines) {
        return new SvgLines(lines).draw();
    }

    private String draw() {
        int width = LEFT + WIDTH + LEGEND_WIDTH;
        int height = TOP + HEIGHT + BOTTOM;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0"
                        + " %d %d\" font-family=\"sans-serif\" font-size=\"12\">",
                width, height, width, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, height);
        text(LEFT + WIDTH / 2.0, TOP / 2.0, "middle", lines.title());
        text(LEFT + WIDTH / 2.0, TOP + HEIGHT + 44.0, "middle", lines.xTitle());
        add(
                "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
                TOP + HEIGHT / 2, escaped(lines.yTitle()));
        axes();
        Color[] colors = Palette.colors(lines.series().size());
        int next = 0;
        for (var entry : lines.series().entrySet()) {
            series(entry.getKey(), entry.getValue(), Palette.hex(colors[next]), next);
            next++;
        }
        return out.append("</svg>\n").toString();
    }

    private void axes() {
        for (int decade = lines.lowestDecade(); decade <= lines.highestDecade(); decade++) {
            double x = x(Math.pow(10, decade));
            line(x, TOP, x, TOP + HEIGHT);
            String label = decade < 0 ? "%." + -decade + "f" : "%,.0f";
            label = String.format(Locale.ROOT, label, Math.pow(10, decade));
            text(x, TOP + HEIGHT + 20.0, "middle", label);
        }
        for (int row = 0; row <= ROWS; row++) {
            double value = lines.top() * row / ROWS;
            line(LEFT, y(value), LEFT + (double) WIDTH, y(value));
            text(LEFT - 6.0, y(value) + 4, "end", String.format(Locale.ROOT, "%.4g", value));
        }
    }

    private void series(String name, List<Lines.Point> points, String color, int number) {
        StringBuilder path = new StringBuilder();
        points.stream()
                .sorted(Comparator.comparingDouble(Lines.Point::x))
                .forEach(
                        p ->
                                path.append(
                                        String.format(
                                                Locale.ROOT, "%.1f,%.1f ", x(p.x()), y(p.y()))));
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                path.toString().strip(), color);
        for (Lines.Point p : points) {
            add(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"><title>%s: %.3g,"
                            + " %.3g</title></circle>",
                    x(p.x()), y(p.y()), color, escaped(name), p.x(), p.y());
        }
        double top = TOP + number * 20.0;
        add(
                "<rect x=\"%d\" y=\"%.1f\" width=\"12\" height=\"12\" fill=\"%s\"/>",
                LEFT + WIDTH + 16, top, color);
        text(LEFT + WIDTH + 34.0, top + 10, "start", name);
    }

    private double x(double value) {
        int low = lines.lowestDecade();
        return LEFT + WIDTH * (Math.log10(value) - low) / (lines.highestDecade() - low);
    }

    private double y(double value) {
        return TOP + HEIGHT * (1 - value / lines.top());
    }

    private void line(double x1, double y1, double x2, double y2) {
        add("<path d=\"M%.1f %.1f L%.1f %.1f\" stroke=\"#cccccc\"/>", x1, y1, x2, y2);
    }

    private void text(double x, double y, String anchor, String text) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                x, y, anchor, escaped(text));
    }

    private void add(String format, Object... args) {
        out.append(String.format(Locale.ROOT, format, args)).append(System.lineSeparator());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
