// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of a program's parameters, in order; immutable. */
public final class Params {
    private final Map<String, Long> values;

    Params(Map<String, Long> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Name and value of each parameter, in the order in which they are typed. */
    public Map<String, Long> asMap() {
        return values;
    }

    /** A copy with one value replaced; the name must exist. */
    public Params with(Parameter parameter, String typed) {
        if (!values.containsKey(parameter.name())) {
            throw new IllegalArgumentException("no parameter " + parameter.name());
        }
        Map<String, Long> copy = new LinkedHashMap<>(values);
        copy.put(parameter.name(), parameter.parse(typed));
        return new Params(copy);
    }

    long of(Parameter parameter) {
        Long value = values.get(parameter.name());
        if (value == null) {
            throw new IllegalArgumentException("no parameter " + parameter.name());
        }
        return value;
    }

    int intOf(Parameter parameter) {
        return Math.toIntExact(of(parameter));
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
