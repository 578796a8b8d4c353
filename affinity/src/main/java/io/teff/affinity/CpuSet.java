// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.util.BitSet;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An immutable set of CPU ids, written the way Linux writes it: {@code 0-3,8}.
 *
 * <p>Ids run from 0 to {@value #MAX_ID}. Any thread may use any set.
 */
public final class CpuSet {
    /** The largest id a set may hold; Linux itself stops at 8191. */
    public static final int MAX_ID = 65_535;

    private static final Pattern PART = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final CpuSet EMPTY = new CpuSet(new BitSet());

    /** Never written after construction, and never handed out. */
    private final BitSet bits;

    private CpuSet(BitSet bits) {
        this.bits = bits;
    }

    /**
     * The set of the given ids; repeated ids count once.
     *
     * @throws IllegalArgumentException for an id below 0 or above {@link #MAX_ID}
     */
    public static CpuSet of(int... ids) {
        if (ids.length == 0) {
            return EMPTY;
        }
        BitSet bits = new BitSet();
        for (int id : ids) {
            if (id < 0 || id > MAX_ID) {
                throw new IllegalArgumentException(
                        "CPU id must be between 0 and " + MAX_ID + ": " + id);
            }
            bits.set(id);
        }
        return new CpuSet(bits);
    }

    /**
     * Reads the list form, {@code 0-3,8}; blank text is the empty set, so that every set can be
     * read back from its own {@link #toString()}.
     *
     * @throws IllegalArgumentException naming the text when it is anything else
     */
    public static CpuSet parse(String text) {
        if (text == null) {
            throw malformed("null");
        }
        if (text.isBlank()) {
            return EMPTY;
        }
        BitSet bits = new BitSet();
        for (String part : text.split(",", -1)) {
            Matcher m = PART.matcher(part.strip());
            if (!m.matches()) {
                throw malformed(text);
            }
            int low = Integer.parseInt(m.group(1));
            int high = m.group(2) == null ? low : Integer.parseInt(m.group(2));
            if (high < low || high > MAX_ID) {
                throw malformed(text);
            }
            bits.set(low, high + 1);
        }
        return new CpuSet(bits);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "CPU list must look like 0-3,8 with ids from 0 to " + MAX_ID + ": " + text);
    }

    /** The set whose members are the one bits of a kernel mask; bit 0 of word 0 is CPU 0. */
    static CpuSet ofMask(long[] mask) {
        return new CpuSet(BitSet.valueOf(mask));
    }

    /** The kernel mask of this set, as short as it can be. */
    long[] toMask() {
        return bits.toLongArray();
    }

    /** How many CPUs are in the set. */
    public int size() {
        return bits.cardinality();
    }

    public boolean isEmpty() {
        return bits.isEmpty();
    }

    /** Whether {@code id} is a member; false for ids that no set can hold. */
    public boolean contains(int id) {
        return id >= 0 && bits.get(id);
    }

    /** Whether every member of {@code other} is a member of this set. */
    public boolean containsAll(CpuSet other) {
        return intersect(other).equals(other);
    }

    /**
     * The smallest id.
     *
     * @throws NoSuchElementException when the set is empty
     */
    public int first() {
        if (bits.isEmpty()) {
            throw new NoSuchElementException("the CPU set is empty");
        }
        return bits.nextSetBit(0);
    }

    /** The ids that both sets hold. */
    public CpuSet intersect(CpuSet other) {
        BitSet both = (BitSet) bits.clone();
        both.and(other.bits);
        return new CpuSet(both);
    }

    /** The ids of this set that {@code other} does not hold. */
    public CpuSet minus(CpuSet other) {
        BitSet rest = (BitSet) bits.clone();
        rest.andNot(other.bits);
        return new CpuSet(rest);
    }

    /** The ids, ascending. */
    public int[] toArray() {
        return stream().toArray();
    }

    /** The ids, ascending. */
    public IntStream stream() {
        return bits.stream();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet set && bits.equals(set.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    /** The list form, {@code 0-3,8}; empty for the empty set. */
    @Override
    public String toString() {
        return stream()
                .filter(id -> !contains(id - 1)) // where a run starts
                .mapToObj(this::run)
                .collect(Collectors.joining(","));
    }

    private String run(int low) {
        int high = bits.nextClearBit(low) - 1;
        return low == high ? String.valueOf(low) : low + "-" + high;
    }
}
