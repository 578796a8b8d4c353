package io.teff.engine;

/** Stub. */
public final class Tiles {
    private Tiles() {}

    public void forEach(TileBody body) {
        throw new UnsupportedOperationException("stub");
    }

    public long sumLong(TileToLong body) {
        throw new UnsupportedOperationException("stub");
    }

    /** A tile: columns x0..x1, rows y0..y1, upper bounds exclusive. */
    @FunctionalInterface
    public interface TileBody {
        void accept(int x0, int y0, int x1, int y1);
    }

    /** A tile that yields a number. */
    @FunctionalInterface
    public interface TileToLong {
        long apply(int x0, int y0, int x1, int y1);
    }
}
