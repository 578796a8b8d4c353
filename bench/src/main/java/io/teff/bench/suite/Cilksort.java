// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import io.teff.engine.ForkTask;
import io.teff.engine.Worker;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/**
 * {@code cilksort}: a merge sort of ints that sorts four quarters and merges them in pairs, where merging
 * is parallel too: the longer run is cut in the middle, the other where that element belongs. Both stop
 * to fork below a cut-off. After Akl and Santoro (1987), by way of Cilk.
 */
final class Cilksort extends SuiteProgram {
    private static final long SEED = 1987;

    private final int n;
    private final int cutOff;
    private final Sort sort;
    private int[] input;
    private int[] sorted;

    Cilksort(int n, int cutOff) {
        super("cilksort", params(n, cutOff));
        this.n = n;
        this.cutOff = cutOff;
        sort = new Sort(new int[n], new int[n], cutOff);
    }

    private static Map<String, Object> params(int n, int cutOff) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("n", n);
        params.put(CUT_OFF, cutOff);
        return params;
    }

    @Override
    void prepare() {
        if (input == null) {
            input = new SplittableRandom(SEED).ints(n).toArray();
            sorted = input.clone();
            Arrays.sort(sorted);
        }
        System.arraycopy(input, 0, sort.a, 0, n);
        Arrays.fill(sort.b, 0);
    }

    /** The array, and another one of its size to merge into. */
    private static final class Sort {
        private final int[] a;
        private final int[] b;
        private final int cutOff;

        Sort(int[] a, int[] b, int cutOff) {
            this.a = a;
            this.b = b;
            this.cutOff = cutOff;
        }

        boolean isShort(int from, int to) {
            return to - from <= cutOff;
        }

        void sequentially(int from, int to) {
            Arrays.sort(a, from, to);
        }
    }

    /** Two sorted runs of one array and where they go in the other. */
    private static final class Runs {
        private final int[] from;
        private final int lo1;
        private final int hi1;
        private final int lo2;
        private final int hi2;
        private final int[] to;
        private final int at;

        Runs(int[] from, int lo1, int hi1, int lo2, int hi2, int[] to, int at) {
            this.from = from;
            this.lo1 = lo1;
            this.hi1 = hi1;
            this.lo2 = lo2;
            this.hi2 = hi2;
            this.to = to;
            this.at = at;
        }

        int size() {
            return hi1 - lo1 + hi2 - lo2;
        }

        /** In how many elements of each run the first half ends. */
        Runs[] halves() {
            int cut1;
            int cut2;
            if (hi1 - lo1 >= hi2 - lo2) {
                cut1 = (lo1 + hi1) >>> 1;
                cut2 = lowerBound(from, lo2, hi2, from[cut1]);
            } else {
                cut2 = (lo2 + hi2) >>> 1;
                cut1 = lowerBound(from, lo1, hi1, from[cut2]);
            }
            int middle = at + cut1 - lo1 + cut2 - lo2;
            return new Runs[] {
                new Runs(from, lo1, cut1, lo2, cut2, to, at),
                new Runs(from, cut1, hi1, cut2, hi2, to, middle)
            };
        }

        void sequentially() {
            int i = lo1;
            int j = lo2;
            int k = at;
            while (i < hi1 && j < hi2) {
                to[k++] = from[j] < from[i] ? from[j++] : from[i++];
            }
            System.arraycopy(from, i, to, k, hi1 - i);
            System.arraycopy(from, j, to, k + hi1 - i, hi2 - j);
        }

        /** The first index whose element is not below {@code x}, or {@code hi}. */
        private static int lowerBound(int[] values, int lo, int hi, int x) {
            int low = lo;
            int high = hi;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (values[middle] < x) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    /** Where a range is cut into four. */
    private static int cut(int from, int to, int quarter) {
        return (int) (from + (long) (to - from) * quarter / 4);
    }

    @Override
    void plain() {
        plain(sort, 0, n);
    }

    private static void plain(Sort sort, int lo, int hi) {
        if (sort.isShort(lo, hi)) {
            sort.sequentially(lo, hi);
            return;
        }
        int q1 = cut(lo, hi, 1);
        int q2 = cut(lo, hi, 2);
        int q3 = cut(lo, hi, 3);
        plain(sort, lo, q1);
        plain(sort, q1, q2);
        plain(sort, q2, q3);
        plain(sort, q3, hi);
        new Runs(sort.a, lo, q1, q1, q2, sort.b, lo).sequentially();
        new Runs(sort.a, q2, q3, q3, hi, sort.b, q2).sequentially();
        new Runs(sort.b, lo, q2, q2, hi, sort.a, lo).sequentially();
    }

    @Override
    void engine(Engine engine) {
        engine.invoke(new SortTask(sort, 0, n));
    }

    private static final class SortTask extends ForkTask<Void> {
        private final Sort sort;
        private final int lo;
        private final int hi;

        SortTask(Sort sort, int lo, int hi) {
            this.sort = sort;
            this.lo = lo;
            this.hi = hi;
        }

        @Override
        protected Void compute(Worker w) {
            sort(w, sort, lo, hi);
            return null;
        }

        private static void sort(Worker w, Sort sort, int lo, int hi) {
            if (sort.isShort(lo, hi)) {
                sort.sequentially(lo, hi);
                return;
            }
            int q1 = cut(lo, hi, 1);
            int q2 = cut(lo, hi, 2);
            int q3 = cut(lo, hi, 3);
            SortTask first = new SortTask(sort, lo, q1);
            SortTask second = new SortTask(sort, q1, q2);
            SortTask third = new SortTask(sort, q2, q3);
            first.fork(w);
            second.fork(w);
            third.fork(w);
            sort(w, sort, q3, hi);
            third.join(w);
            second.join(w);
            first.join(w);
            MergeTask lower =
                    new MergeTask(new Runs(sort.a, lo, q1, q1, q2, sort.b, lo), sort.cutOff);
            lower.fork(w);
            MergeTask.merge(w, new Runs(sort.a, q2, q3, q3, hi, sort.b, q2), sort.cutOff);
            lower.join(w);
            MergeTask.merge(w, new Runs(sort.b, lo, q2, q2, hi, sort.a, lo), sort.cutOff);
        }
    }

    private static final class MergeTask extends ForkTask<Void> {
        private final Runs runs;
        private final int cutOff;

        MergeTask(Runs runs, int cutOff) {
            this.runs = runs;
            this.cutOff = cutOff;
        }

        @Override
        protected Void compute(Worker w) {
            merge(w, runs, cutOff);
            return null;
        }

        static void merge(Worker w, Runs runs, int cutOff) {
            if (runs.size() <= cutOff) {
                runs.sequentially();
                return;
            }
            Runs[] halves = runs.halves();
            MergeTask lower = new MergeTask(halves[0], cutOff);
            lower.fork(w);
            merge(w, halves[1], cutOff);
            lower.join(w);
        }
    }

    @Override
    void forkJoin(ForkJoinPool pool) {
        pool.invoke(new SortAction(sort, 0, n));
    }

    private static final class SortAction extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final transient Sort sort;
        private final int lo;
        private final int hi;

        SortAction(Sort sort, int lo, int hi) {
            this.sort = sort;
            this.lo = lo;
            this.hi = hi;
        }

        @Override
        protected void compute() {
            sort(sort, lo, hi);
        }

        private void end() {
            if (tryUnfork()) {
                sort(sort, lo, hi);
            } else {
                join();
            }
        }

        private static void sort(Sort sort, int lo, int hi) {
            if (sort.isShort(lo, hi)) {
                sort.sequentially(lo, hi);
                return;
            }
            int q1 = cut(lo, hi, 1);
            int q2 = cut(lo, hi, 2);
            int q3 = cut(lo, hi, 3);
            SortAction first = new SortAction(sort, lo, q1);
            SortAction second = new SortAction(sort, q1, q2);
            SortAction third = new SortAction(sort, q2, q3);
            first.fork();
            second.fork();
            third.fork();
            sort(sort, q3, hi);
            third.end();
            second.end();
            first.end();
            MergeAction lower =
                    new MergeAction(new Runs(sort.a, lo, q1, q1, q2, sort.b, lo), sort.cutOff);
            lower.fork();
            MergeAction.merge(new Runs(sort.a, q2, q3, q3, hi, sort.b, q2), sort.cutOff);
            lower.end();
            MergeAction.merge(new Runs(sort.b, lo, q2, q2, hi, sort.a, lo), sort.cutOff);
        }
    }

    private static final class MergeAction extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final transient Runs runs;
        private final int cutOff;

        MergeAction(Runs runs, int cutOff) {
            this.runs = runs;
            this.cutOff = cutOff;
        }

        @Override
        protected void compute() {
            merge(runs, cutOff);
        }

        private void end() {
            if (tryUnfork()) {
                merge(runs, cutOff);
            } else {
                join();
            }
        }

        static void merge(Runs runs, int cutOff) {
            if (runs.size() <= cutOff) {
                runs.sequentially();
                return;
            }
            Runs[] halves = runs.halves();
            MergeAction lower = new MergeAction(halves[0], cutOff);
            lower.fork();
            merge(halves[1], cutOff);
            lower.end();
        }
    }

    @Override
    boolean isRight() {
        return Arrays.equals(sort.a, sorted);
    }
}
