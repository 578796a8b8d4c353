// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A program of the comparison: a name, size parameters, and workloads made from them. */
public interface Program {
    /** The name typed on the command line, in lower case. */
    String name();

    /** One line for the help page. */
    String about();

    /** The size parameters in the order in which they are typed; the first is the size proper. */
    List<Parameter> parameters();

    /**
     * Whether the tasks are flat, that is, submitted from outside and never joined by each other.
     * ForkJoinPool then runs in its asynchronous (first in, first out) mode, which suits it best.
     */
    default boolean flat() {
        return false;
    }

    /**
     * The rows this program makes for one executor: its name, and where there are several ways to
     * use that executor, {@code name.way} for each further one.
     */
    default List<String> contenders(String executor) {
        return List.of(executor);
    }

    /** Whether there is a form of it whose tasks can be sent to other processes. */
    default boolean isSendable() {
        return false;
    }

    /**
     * Computes inputs and the expected answer for one size; nothing of this is timed.
     *
     * @throws IllegalArgumentException if the parameters do not fit together; the message names the
     *     values
     */
    Workload prepare(Params params);

    /** The form in which a size is typed, such as {@code side:tile:iterations}. */
    default String sizeForm() {
        return String.join(":", parameters().stream().map(Parameter::name).toList());
    }

    /**
     * The values typed as one size, checked against the limits; parameters not typed keep their
     * defaults.
     *
     * @throws IllegalArgumentException if there are too many numbers, or one is no whole number or
     *     outside its limits; the message names it
     */
    default Params params(List<String> typed, boolean quick) {
        if (typed.size() > parameters().size()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s takes %s, not %d numbers",
                            name(),
                            sizeForm(),
                            typed.size()));
        }
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < parameters().size(); i++) {
            Parameter parameter = parameters().get(i);
            values.put(
                    parameter.name(),
                    i < typed.size() ? parameter.parse(typed.get(i)) : parameter.initial(quick));
        }
        return new Params(values);
    }
}
