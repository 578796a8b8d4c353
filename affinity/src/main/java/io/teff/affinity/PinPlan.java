package io.teff.affinity;

/** Stub. */
public final class PinPlan {
    public static final PinPlan NONE = new PinPlan();
    public static final PinPlan COMPACT = new PinPlan();
    public static final PinPlan SPREAD = new PinPlan();

    private PinPlan() {}

    public static PinPlan parse(String text) {
        return NONE;
    }
}
