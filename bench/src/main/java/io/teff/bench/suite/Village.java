// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

/**
 * A village of {@link Health} with its hospital, its people, and the villages below it. One thread at a
 * time, but for those that send patients up, which do so under the lock of the village above.
 */
final class Village {
    private static final int PEOPLE_PER_PERSONNEL = 10;
    private static final int ASSESS_DAYS = 2;
    private static final int STAY_DAYS = 12;
    private static final int COUNTRY_SEED = 23;
    private static final float FALLS_ILL = 0.002f;
    private static final float STAYS = 0.100f;
    private static final float IS_SENT_UP = 0.150f;

    private static final Village[] NONE = {};

    final Village[] below;
    final int personnel;
    final PatientList healthy = new PatientList();
    final PatientList waiting = new PatientList();
    final PatientList assessed = new PatientList();
    final PatientList inside = new PatientList();

    private final Village above;
    private final PatientList sentHere =
            new PatientList(); // guarded by this until all below are joined
    private int freePersonnel;

    /** A capital with so many levels, its own among them, and so many villages below each village. */
    Village(int levels, int cities) {
        this(null, levels, cities, 0, new int[1]);
    }

    private Village(Village above, int level, int cities, int id, int[] nextPatient) {
        this.above = above;
        personnel = 1 << level;
        freePersonnel = personnel;
        int seed = id * (ParkMiller.QUOTIENT + COUNTRY_SEED);
        for (int i = 0; i < personnel * PEOPLE_PER_PERSONNEL; i++) {
            healthy.add(new Patient(nextPatient[0]++, seed));
            seed = ParkMiller.next(seed);
        }
        below = level == 1 ? NONE : new Village[cities];
        for (int i = below.length; i > 0; i--) {
            below[i - 1] = new Village(this, level - 1, cities, id * cities + i, nextPatient);
        }
    }

    /** The part of a day that needs nothing from below. */
    void treat() {
        for (Patient next, p = inside.first; p != null; p = next) {
            next = p.next;
            if (--p.daysLeft == 0) {
                freePersonnel++;
                inside.moveTo(healthy, p);
            }
        }
        for (Patient next, p = assessed.first; p != null; p = next) {
            next = p.next;
            if (--p.daysLeft == 0) {
                endAssessment(p);
            }
        }
        for (Patient next, p = waiting.first; p != null && freePersonnel > 0; p = next) {
            next = p.next;
            freePersonnel--;
            p.daysLeft = ASSESS_DAYS;
            waiting.moveTo(assessed, p);
        }
    }

    private void endAssessment(Patient p) {
        if (!(p.random() < STAYS)) {
            freePersonnel++;
            assessed.moveTo(healthy, p);
        } else if (p.random() > IS_SENT_UP || above == null) {
            p.daysLeft = STAY_DAYS;
            assessed.moveTo(inside, p);
        } else {
            freePersonnel++;
            assessed.remove(p);
            synchronized (above) {
                above.sentHere.add(p);
            }
        }
    }

    /** The rest of the day, once all below have sent whom they send: in the order of their numbers. */
    void receive() {
        while (sentHere.first != null) { // no lock: whoever sent has ended and was joined
            Patient least = sentHere.first;
            for (Patient p = least.next; p != null; p = p.next) {
                if (p.id < least.id) {
                    least = p;
                }
            }
            sentHere.remove(least);
            checkIn(least);
        }
        for (Patient next, p = healthy.first; p != null; p = next) {
            next = p.next;
            if (p.random() < FALLS_ILL) {
                healthy.remove(p);
                checkIn(p);
            }
        }
    }

    private void checkIn(Patient p) {
        p.checkIns++;
        if (freePersonnel > 0) {
            freePersonnel--;
            p.daysLeft = ASSESS_DAYS;
            assessed.add(p);
        } else {
            waiting.add(p);
        }
    }

    /** How often those who are here have come into a hospital. */
    int checkIns() {
        return healthy.checkIns() + waiting.checkIns() + assessed.checkIns() + inside.checkIns();
    }

    /** Somebody with a source of random numbers of their own, in one list at most. */
    private static final class Patient {
        final int id;
        private int seed;
        private Patient previous;
        private Patient next;
        private int daysLeft;
        private int checkIns;

        Patient(int id, int seed) {
            this.id = id;
            this.seed = seed;
        }

        float random() {
            int state = ParkMiller.step(seed);
            seed = ParkMiller.scramble(state);
            return ParkMiller.fraction(state);
        }
    }

    /** Patients in the order in which they came. */
    static final class PatientList {
        private Patient first;
        private Patient last;

        private void add(Patient p) {
            p.previous = last;
            p.next = null;
            if (last == null) {
                first = p;
            } else {
                last.next = p;
            }
            last = p;
        }

        private void remove(Patient p) {
            if (p.previous == null) {
                first = p.next;
            } else {
                p.previous.next = p.next;
            }
            if (p.next == null) {
                last = p.previous;
            } else {
                p.next.previous = p.previous;
            }
        }

        private void moveTo(PatientList other, Patient p) {
            remove(p);
            other.add(p);
        }

        int size() {
            int size = 0;
            for (Patient p = first; p != null; p = p.next) {
                size++;
            }
            return size;
        }

        private int checkIns() {
            int sum = 0;
            for (Patient p = first; p != null; p = p.next) {
                sum += p.checkIns;
            }
            return sum;
        }
    }

    /**
     * The "minimal standard" generator of Park and Miller (1988) by Schrage's method, with the suite's
     * habit of multiplying the state by the modulus, modulo 2^32, before it is kept.
     */
    private static final class ParkMiller {
        static final int QUOTIENT = 127_773;

        private static final int MULTIPLIER = 16_807;
        private static final int MODULUS = Integer.MAX_VALUE;
        private static final int REMAINDER = 2_836;
        private static final int MASK = 123_459_876;
        private static final float SCALE = (float) (1.0 / MODULUS);

        private ParkMiller() {}

        static int step(int seed) {
            int x = seed ^ MASK;
            int k = x / QUOTIENT;
            x = (MULTIPLIER * (x - k * QUOTIENT) - REMAINDER * k) ^ MASK;
            return x < 0 ? x + MODULUS : x;
        }

        static int scramble(int state) {
            return state * MODULUS;
        }

        static int next(int seed) {
            return scramble(step(seed));
        }

        static float fraction(int state) {
            return SCALE * state;
        }
    }
}
