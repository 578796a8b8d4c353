// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import io.teff.bench.chart.Palette;
import io.teff.bench.chart.Sketch;
import io.teff.bench.chart.Sketch.Anchor;
import io.teff.bench.measure.Table;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws a {@link Figure} on a {@link Sketch}, for the README: horizontal bars, or lines with a legend. */
final class Drawing {
    private static final int WIDTH = 900;
    private static final int TOP = 70;
    private static final int BOTTOM = 62;
    private static final int BAR = 22;
    private static final int LINES_HEIGHT = 340;
    private static final int MOST_SERIES = 12;
    private static final Color INK = new Color(0x222222);
    private static final Color FAINT = new Color(0x666666);
    private static final Color GRID = new Color(0xdddddd);
    private static final Color TEFF = new Color(0xd55e00);
    private static final Color OTHERS = new Color(0x7f93a8);

    private final Figure figure;

    private Drawing(Figure figure) {
        this.figure = figure;
    }

    static Sketch of(Figure figure) {
        Drawing drawing = new Drawing(figure);
        return figure.bars() ? drawing.bars() : drawing.lines();
    }

    private Sketch bars() {
        List<Figure.Point> points =
                figure.series().stream().map(series -> series.points().get(0)).toList();
        Sketch sketch = new Sketch(WIDTH, TOP + BAR * points.size() + BOTTOM);
        int left = 250;
        int right = WIDTH - 110;
        Axis axis = axis(points, left, right, figure.isYLog());
        int bottom = TOP + BAR * points.size();
        heading(sketch);
        for (double tick : axis.ticks()) {
            double x = axis.at(tick);
            sketch.line(x, TOP - 4.0, x, bottom, 1, GRID);
            sketch.text(x, bottom + 16.0, Anchor.MIDDLE, 12, false, FAINT, number(tick));
        }
        for (int i = 0; i < points.size(); i++) {
            Figure.Point point = points.get(i);
            double y = TOP + BAR * (i + 0.5);
            sketch.text(left - 8.0, y + 4, Anchor.END, 13, false, INK, point.name());
            Color color = point.name().startsWith("engine") ? TEFF : OTHERS;
            double end = axis.at(point.y());
            sketch.rectangle(left, y - 7, Math.max(1, end - left), 14, color);
            sketch.line(axis.at(point.low()), y, axis.at(point.high()), y, 2, INK);
            sketch.text(
                    Math.max(end, axis.at(point.high())) + 6,
                    y + 4,
                    Anchor.START,
                    12,
                    false,
                    INK,
                    Table.number(point.y()) + (point.verified() ? "" : " (wrong)"));
        }
        String unit = figure.yLabel() + better();
        sketch.text((left + right) / 2.0, bottom + 36.0, Anchor.MIDDLE, 13, false, INK, unit);
        foot(sketch, bottom + 54.0);
        return sketch;
    }

    private Sketch lines() {
        Sketch sketch = new Sketch(WIDTH, TOP + LINES_HEIGHT + BOTTOM + 10);
        List<Figure.Series> series =
                figure.series().subList(0, Math.min(MOST_SERIES, figure.series().size()));
        List<Figure.Point> points = series.stream().flatMap(s -> s.points().stream()).toList();
        int left = 90;
        int right = WIDTH - 220;
        int bottom = TOP + LINES_HEIGHT;
        Axis y = axis(points, bottom, TOP, figure.isYLog());
        List<Double> places = points.stream().map(p -> place(p.x())).toList();
        Axis x =
                new Axis(
                        places.stream().mapToDouble(p -> p).min().orElse(0),
                        places.stream().mapToDouble(p -> p).max().orElse(1),
                        left + 10,
                        right - 10,
                        false);
        heading(sketch);
        for (double tick : y.ticks()) {
            sketch.line(left, y.at(tick), right, y.at(tick), 1, GRID);
            sketch.text(left - 8.0, y.at(tick) + 4, Anchor.END, 12, false, FAINT, number(tick));
        }
        double last = Double.NEGATIVE_INFINITY;
        for (double value : points.stream().map(Figure.Point::x).distinct().sorted().toList()) {
            double at = x.at(place(value));
            if (at - last > 34) {
                boolean isMost = figure.xScale().equals("tail") && value >= 100;
                String label = isMost ? "max" : number(value);
                sketch.text(at, bottom + 18.0, Anchor.MIDDLE, 12, false, FAINT, label);
                last = at;
            }
        }
        Color[] colors = Palette.colors(series.size() + 1);
        for (int i = 0; i < series.size(); i++) {
            line(sketch, series.get(i).points(), x, y, colors[i + 1]);
            double at = TOP + 10 + i * 22.0;
            sketch.line(right + 16.0, at, right + 36.0, at, 3, colors[i + 1]);
            String name = series.get(i).name();
            sketch.text(right + 42.0, at + 4, Anchor.START, 12, false, INK, name);
        }
        double middle = (left + right) / 2.0;
        sketch.text(middle, bottom + 38.0, Anchor.MIDDLE, 13, false, INK, figure.xLabel());
        String unit = figure.yLabel() + better();
        sketch.text(20, (TOP + bottom) / 2.0, Anchor.MIDDLE, 13, true, INK, unit);
        foot(sketch, bottom + 60.0);
        return sketch;
    }

    private void line(Sketch sketch, List<Figure.Point> points, Axis x, Axis y, Color color) {
        for (int i = 0; i < points.size(); i++) {
            Figure.Point point = points.get(i);
            double at = x.at(place(point.x()));
            if (i > 0) {
                Figure.Point before = points.get(i - 1);
                sketch.line(
                        x.at(place(before.x())), y.at(before.y()), at, y.at(point.y()), 2, color);
            }
            sketch.line(at, y.at(point.low()), at, y.at(point.high()), 1.5, color);
            sketch.dot(at, y.at(point.y()), 3.5, color);
        }
    }

    /** Where a number is on the lower axis, before it is stretched. */
    private double place(double x) {
        return switch (figure.xScale()) {
            case "log" -> Math.log10(x);
            case "tail" -> -Math.log10(Math.max(leastRest(), 1 - x / 100));
            default -> x;
        };
    }

    /** The most that was seen is one step beyond the last percentile. */
    private double leastRest() {
        return figure.series().stream()
                        .flatMap(series -> series.points().stream())
                        .mapToDouble(point -> 1 - point.x() / 100)
                        .filter(rest -> rest > 1e-9)
                        .min()
                        .orElse(1e-2)
                / 10;
    }

    private void heading(Sketch sketch) {
        String facet = figure.facet().isEmpty() ? "" : " (" + figure.facet() + ")";
        sketch.text(WIDTH / 2.0, 26, Anchor.MIDDLE, 17, false, INK, figure.title() + facet);
        if (!figure.doubts().isEmpty()) {
            String doubt = "NOT CLEAN: " + figure.doubts().get(0);
            sketch.text(WIDTH / 2.0, 48, Anchor.MIDDLE, 12, false, new Color(0xb00020), doubt);
        }
    }

    private void foot(Sketch sketch, double y) {
        String text = figure.command() + "; medians, 95 % intervals";
        sketch.text(WIDTH - 10.0, y, Anchor.END, 11, false, FAINT, text);
    }

    private String better() {
        return figure.better().isEmpty() ? "" : "; " + figure.better() + " is better";
    }

    private static Axis axis(List<Figure.Point> points, int from, int to, boolean isLog) {
        ToDoubleFunction<Figure.Point> low = p -> Math.min(p.y(), p.low());
        double least = points.stream().mapToDouble(low).min().orElse(0);
        double most = points.stream().mapToDouble(p -> Math.max(p.y(), p.high())).max().orElse(1);
        if (isLog && least > 0) {
            return new Axis(
                    Math.pow(10, Math.floor(Math.log10(least * 0.9))), most * 1.1, from, to, true);
        }
        return new Axis(Math.min(0, least), most == 0 ? 1 : most * 1.05, from, to, false);
    }

    private static String number(double value) {
        if (value != 0 && Math.abs(value) < 0.01) {
            return String.format(Locale.ROOT, "%.0e", value);
        }
        if (Math.abs(value) >= 1e6) {
            return String.format(Locale.ROOT, "%sM", trimmed(value / 1e6));
        }
        return trimmed(value);
    }

    private static String trimmed(double value) {
        String text = String.format(Locale.ROOT, "%,.3f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    /** From values to dots. */
    private record Axis(double least, double most, double from, double to, boolean isLog) {
        double at(double value) {
            double share =
                    isLog
                            ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
                            : most == least ? 0.5 : (value - least) / (most - least);
            return from + Math.max(0, Math.min(1, share)) * (to - from);
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            if (isLog) {
                for (double t = least; t <= most; t *= 10) {
                    ticks.add(t);
                }
                if (ticks.size() < 3) {
                    List.copyOf(ticks).forEach(t -> ticks.addAll(List.of(2 * t, 5 * t)));
                    ticks.removeIf(t -> t > most);
                    ticks.sort(Comparator.naturalOrder());
                }
                return ticks;
            }
            double step = Math.pow(10, Math.floor(Math.log10((most - least) / 4)));
            while ((most - least) / step > 6) {
                step *= (most - least) / step > 12 ? 5 : 2;
            }
            for (double t = Math.ceil(least / step) * step; t <= most; t += step) {
                ticks.add(t);
            }
            return ticks;
        }
    }
}
