// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A drawing of a few kinds of shapes, on white, which becomes the same picture as SVG and as PNG. One
 * thread only.
 */
public final class Sketch {
    private static final int SCALE = 2; // dots of the PNG for each of the SVG's

    private final int width;
    private final int height;
    private final StringBuilder svg = new StringBuilder();
    private final List<Shape> shapes = new ArrayList<>();

    /** Draws itself. */
    private interface Shape {
        void draw(Graphics2D g);
    }

    /** Where a text's anchor is. */
    public enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** An empty one of so many dots. */
    public Sketch(int width, int height) {
        this.width = width;
        this.height = height;
        rectangle(0, 0, width, height, Color.WHITE);
    }

    /** A filled one. */
    public void rectangle(double x, double y, double w, double h, Color color) {
        svg(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                x, y, w, h, Palette.hex(color));
        shapes.add(
                g -> {
                    g.setColor(color);
                    g.fill(new Rectangle2D.Double(x, y, w, h));
                });
    }

    /** A straight one. */
    public void line(double x1, double y1, double x2, double y2, double thick, Color color) {
        svg(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
                        + " stroke-width=\"%.1f\" stroke-linecap=\"round\"/>%n",
                x1, y1, x2, y2, Palette.hex(color), thick);
        shapes.add(
                g -> {
                    g.setColor(color);
                    g.setStroke(
                            new BasicStroke(
                                    (float) thick, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
                    g.draw(new Line2D.Double(x1, y1, x2, y2));
                });
    }

    /** A filled circle. */
    public void dot(double x, double y, double radius, Color color) {
        svg(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>%n",
                x, y, radius, Palette.hex(color));
        shapes.add(
                g -> {
                    g.setColor(color);
                    g.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
                });
    }

    /** On one line; {@code turned} is read from below. */
    public void text(
            double x, double y, Anchor anchor, int size, boolean turned, Color color, String text) {
        svg(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\"%s>%s"
                        + "</text>%n",
                x,
                y,
                anchor.name().toLowerCase(Locale.ROOT),
                size,
                Palette.hex(color),
                turned
                        ? String.format(Locale.ROOT, " transform=\"rotate(-90 %.1f %.1f)\"", x, y)
                        : "",
                escaped(text));
        shapes.add(
                g -> {
                    g.setColor(color);
                    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
                    double w = g.getFontMetrics().stringWidth(text);
                    double left =
                            switch (anchor) {
                                case START -> 0;
                                case MIDDLE -> -w / 2;
                                case END -> -w;
                            };
                    var before = g.getTransform();
                    g.translate(x, y);
                    if (turned) {
                        g.rotate(-Math.PI / 2);
                    }
                    g.drawString(text, (float) left, 0);
                    g.setTransform(before);
                });
    }

    /** The image file's text. */
    public String toSvg() {
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                                + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\">%n",
                        width,
                        height,
                        width,
                        height)
                + svg
                + "</svg>\n";
    }

    /**
     * The image file's bytes.
     *
     * @throws IOException if this machine's Java cannot draw text
     */
    public byte[] toPng() throws IOException {
        BufferedImage image =
                new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
        try {
            Graphics2D g = image.createGraphics();
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(
                    RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            g.scale(SCALE, SCALE);
            shapes.forEach(shape -> shape.draw(g));
            g.dispose();
        } catch (LinkageError | InternalError | IllegalStateException | NullPointerException e) {
            // What the JDK throws, by version, where fontconfig or fonts are missing.
            throw new IOException(
                    "Java cannot draw text here ("
                            + e
                            + "); install fonts, on Debian with"
                            + " 'apt-get install fontconfig fonts-dejavu-core'",
                    e);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", out)) {
            throw new IOException("this Java has no writer for PNG");
        }
        return out.toByteArray();
    }

    private void svg(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
