// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.chart;

import java.awt.Color;

/** Colours that readers with any kind of colour vision can tell apart (Okabe and Ito, 2008). */
public final class Palette {
    private static final int[] RGB = {
        0x999999, 0xd55e00, 0x0072b2, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0xf0e442
    };

    private Palette() {}

    /** The first colours; from the ninth on they repeat, darker each time. */
    public static Color[] colors(int count) {
        Color[] colors = new Color[count];
        for (int i = 0; i < count; i++) {
            Color color = new Color(RGB[i % RGB.length]);
            for (int lap = i / RGB.length; lap > 0; lap--) {
                color = color.darker();
            }
            colors[i] = color;
        }
        return colors;
    }

    static String hex(Color color) {
        return String.format("#%06x", color.getRGB() & 0xffffff);
    }
}
