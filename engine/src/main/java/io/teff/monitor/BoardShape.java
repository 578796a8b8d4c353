// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/**
 * A plane in square tiles, and how it is kept in a file: where there are more tiles than cells, a cell
 * stands for {@code step} by {@code step} tiles and shows the one that was computed last.
 *
 * @param width of the plane, in elements
 * @param height of the plane
 * @param tile side of a tile, in elements
 * @param step tiles along the side of a cell
 */
public record BoardShape(int width, int height, int tile, int step) {
    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public BoardShape {
        if (width <= 0 || height <= 0 || tile <= 0 || step <= 0) {
            throw new IllegalArgumentException(
                    "width, height, tile and step must be positive: "
                            + width
                            + ", "
                            + height
                            + ", "
                            + tile
                            + ", "
                            + step);
        }
    }

    /** The shape with the smallest step that needs no more than so many cells. */
    static BoardShape within(int cells, int width, int height, int tile) {
        BoardShape shape = new BoardShape(width, height, tile, 1);
        while ((long) shape.cellColumns() * shape.cellRows() > cells) {
            shape = new BoardShape(width, height, tile, shape.step + 1);
        }
        return shape;
    }

    /** Tiles in a row. */
    public int columns() {
        return 1 + (width - 1) / tile;
    }

    /** Rows of tiles. */
    public int rows() {
        return 1 + (height - 1) / tile;
    }

    /** Cells in a row. */
    public int cellColumns() {
        return 1 + (columns() - 1) / step;
    }

    /** Rows of cells. */
    public int cellRows() {
        return 1 + (rows() - 1) / step;
    }

    /** The cell that a tile is in. */
    public int cellOf(int tileIndex) {
        int column = tileIndex % columns() / step;
        int row = tileIndex / columns() / step;
        return row * cellColumns() + column;
    }
}
