// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.io.ObjectInputFilter;
import java.util.Set;

/**
 * Which classes may come in, for one object: values of {@code java.base}, what belongs to the home
 * of the task, and what the {@link PayloadRules} allow. Nothing of the JDK can be a home. One thread.
 */
final class PayloadFilter implements ObjectInputFilter {
    private static final int MAX_DEPTH = 2_000;

    private static final Set<String> LANG =
            Set.of(
                    "java.lang.Object",
                    "java.lang.Number",
                    "java.lang.Byte",
                    "java.lang.Short",
                    "java.lang.Integer",
                    "java.lang.Long",
                    "java.lang.Float",
                    "java.lang.Double",
                    "java.lang.Boolean",
                    "java.lang.Character",
                    "java.lang.String",
                    "java.lang.Enum",
                    "java.lang.Record",
                    "java.lang.Class",
                    "java.lang.StackTraceElement",
                    "java.lang.invoke.SerializedLambda",
                    "java.net.URI");

    private static final Set<String> PACKAGES =
            Set.of(
                    "java.math",
                    "java.time",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "io.teff.remote",
                    "io.teff.flow");

    private final String home;
    private final PayloadRules rules;
    private String refused;

    PayloadFilter(String home, PayloadRules rules) {
        this.home = home;
        this.rules = rules;
    }

    /** Why something was refused; {@code otherwise} if it was not for its class or size. */
    String reason(String otherwise) {
        return refused != null ? refused : otherwise;
    }

    @Override
    public Status checkInput(FilterInfo info) {
        if (info.depth() > MAX_DEPTH) {
            refused = "it is nested deeper than " + MAX_DEPTH;
            return Status.REJECTED;
        }
        int maxBytes = rules.maxBytes();
        if (info.arrayLength() > maxBytes || info.streamBytes() > maxBytes) {
            refused = "it is larger than " + maxBytes + " bytes: " + rules.ifTooLarge();
            return Status.REJECTED;
        }
        Class<?> type = info.serialClass();
        if (type == null) {
            return Status.UNDECIDED;
        }
        return lets(type) ? Status.ALLOWED : Status.REJECTED;
    }

    /** Whether this class may come in; if not, {@link #reason} says so. */
    boolean lets(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        if (isAllowed(element)) {
            return true;
        }
        refused =
                "class "
                        + element.getName()
                        + " is not allowed; to let it in, "
                        + rules.ifRefused();
        return false;
    }

    private boolean isAllowed(Class<?> type) {
        String name = type.getName();
        String in = type.getPackageName();
        boolean isOfJdk = type.getClassLoader() == null || isPlatform(type.getClassLoader());
        if (!isOfJdk && in.equals(home)) {
            return true; // first, as it is most of them
        }
        if (type.isPrimitive() || LANG.contains(name) || PACKAGES.contains(in)) {
            return true;
        }
        if (isOfJdk) {
            return Throwable.class.isAssignableFrom(type) && in.startsWith("java.")
                    || matchesAny(name, in);
        }
        return matchesAny(name, in);
    }

    private static boolean isPlatform(ClassLoader loader) {
        return loader == ClassLoader.getPlatformClassLoader();
    }

    private boolean matchesAny(String name, String in) {
        for (String pattern : rules.allowed()) {
            boolean matches;
            if (pattern.endsWith(".**")) {
                String root = pattern.substring(0, pattern.length() - 3);
                matches = in.equals(root) || in.startsWith(root + ".");
            } else if (pattern.endsWith(".*")) {
                matches = in.equals(pattern.substring(0, pattern.length() - 2));
            } else {
                matches = name.equals(pattern) || name.startsWith(pattern + "$");
            }
            if (matches) {
                return true;
            }
        }
        return false;
    }
}
