// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.teff.bench.micro.Fib;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The answers that all contenders are held against, held against known ones themselves. */
class ProgramAnswersTest {
    private static final Pool SEQUENTIAL = new Pool(Pool.SEQUENTIAL, 1, null);

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,2", "10,55", "20,6765", "30,832040", "32,2178309"})
    void fibonacciNumbersAreKnown(int n, long expected) {
        assertThat(Fib.of(n)).isEqualTo(expected);
        assertThat(Fibonacci.byDoubling(n)).isEqualTo(expected);
        assertThat(Fib.plain(n)).isEqualTo(expected);
    }

    @Test
    void fibonacciCountsEveryCall() {
        Workload workload = new Fibonacci().prepare(params(new Fibonacci(), "5"));
        assertThat(workload.tasks("threads")).isEqualTo(15); // 1 + 9 + 5 calls below 5, 4 and 3
        assertThat(workload.tasks("sequential.iterative")).isEqualTo(5);
    }

    @Test
    void integralHasItsFivePlaces() {
        assertThat(MonteCarlo.integral()).isCloseTo(0.36358, within(0.000005));
    }

    @Test
    void drawsDependOnTheirIndexAloneAndFillTheUnitInterval() {
        double[] units = new double[1000];
        Arrays.setAll(units, i -> Mix.unit(1, i));
        assertThat(Arrays.stream(units)).allMatch(u -> u >= 0 && u < 1);
        assertThat(Arrays.stream(units).average().orElseThrow()).isCloseTo(0.5, within(0.05));
        assertThat(Arrays.stream(units).distinct().count()).isEqualTo(1000);
        assertThat(MonteCarlo.draw(17)).isEqualTo(MonteCarlo.draw(17));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "1000", "1024", "1025", "5000"})
    void squaresHaveAClosedForm(int size) {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            long x = i % 1024;
            sum += x * x;
        }
        assertThat(Square.sumOfSquares(size)).isEqualTo(sum);
    }

    @Test
    void pointsInsideTheMandelbrotSetReachTheLimit() {
        assertThat(Mandelbrot.escape(80, 50, 100, 77)).isEqualTo(77); // the origin
        assertThat(Mandelbrot.escape(0, 0, 100, 77)).isEqualTo(1); // -2 - 1.25i
    }

    @Test
    void blurOfAFlatImageIsTheImage() {
        int[] flat = new int[25];
        Arrays.fill(flat, 9);
        assertThat(Blur.expected(flat, 5, 2)).isEqualTo(flat);
    }

    @Test
    void blurTakesTheMeanOfTheSquareInsideTheImage() {
        int[] image = {0, 3, 6, 0, 3, 6, 0, 3, 6};
        assertThat(Blur.expected(image, 3, 1)).containsExactly(1, 3, 4, 1, 3, 4, 1, 3, 4);
    }

    @Test
    void everyProgramIsRightOnItself() throws Exception {
        for (Program program : Programs.all()) {
            Params params = program.params(List.of(), true);
            assertThat(program.prepare(params).run(SEQUENTIAL).mismatch())
                    .as(program.name())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "5,2", "16,4", "33,8", "60,60"})
    void sandpileDoesNotMindTheOrderOfTopplings(String side, String tile) throws Exception {
        Sandpile program = new Sandpile();
        Workload workload = program.prepare(params(program, side, tile));
        assertThat(workload.run(SEQUENTIAL).mismatch()).isEmpty();
    }

    @Test
    void wrongAnswersNameBothValues() {
        assertThat(Answer.of("the sum", 3, 3).mismatch()).isEmpty();
        assertThat(Answer.of("the sum", 3, 4).mismatch())
                .isEqualTo("the sum should be 3 and was 4");
        assertThat(Answer.of("the image", new int[] {1, 2}, new int[] {1, 5}).mismatch())
                .isEqualTo("the image differs first at index 1: should be 2 and was 5");
        assertThat(Answer.of("the image", new int[] {1}, new int[] {1, 5}).mismatch())
                .isEqualTo("the image differs first at index 1: lengths 1 and 2");
        assertThat(Answer.both(() -> "", () -> "second").mismatch()).isEqualTo("second");
        assertThat(Answer.both(() -> "first", () -> "second").mismatch()).isEqualTo("first");
    }

    private static Params params(Program program, String... typed) {
        return program.params(List.of(typed), false);
    }
}
