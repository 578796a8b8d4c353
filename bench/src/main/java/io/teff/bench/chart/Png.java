// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.chart;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/** Turns charts into PNG files. */
final class Png {
    private Png() {}

    /**
     * The image file's bytes.
     *
     * @throws IOException if this machine's Java cannot draw text
     */
    static byte[] bytes(Supplier<? extends Chart<?, ?>> chart) throws IOException {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            if (!ImageIO.write(BitmapEncoder.getBufferedImage(chart.get()), "png", out)) {
                throw new IOException("this Java has no writer for PNG");
            }
            return out.toByteArray();
        } catch (LinkageError | InternalError | IllegalStateException | NullPointerException e) {
            // What the JDK throws, by version, where fontconfig or fonts are missing.
            throw new IOException(
                    "Java cannot draw text here ("
                            + e
                            + "); install fonts, on Debian with"
                            + " 'apt-get install fontconfig fonts-dejavu-core'",
                    e);
        }
    }
}
