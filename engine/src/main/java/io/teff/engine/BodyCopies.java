// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Copies of a class with a hot loop, one for each class of the body that the loop calls.
 *
 * <p>Why a copy: the JIT inlines a lambda into a loop by what the loop's bytecode has called so far.
 * One shared loop that has met three bodies calls all of them through an interface, at some
 * nanoseconds a call, and can be neither unrolled nor vectorised. So the class file of the template is
 * defined once more, as a hidden class, for each body class: each copy has a profile of its own and
 * comes out as a hand-written loop would.
 *
 * @param <K> what template and copies have in common: the class right above the template
 */
final class BodyCopies<K> extends ClassValue<K> {
    private final Class<K> kind;
    private final Class<? extends K> template;

    BodyCopies(Class<K> kind, Class<? extends K> template) {
        this.kind = kind;
        this.template = template;
    }

    @Override
    protected K computeValue(Class<?> body) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            Class<?> copy = lookup.defineHiddenClass(bytes(), true).lookupClass();
            return kind.cast(
                    lookup.findConstructor(copy, MethodType.methodType(void.class)).invoke());
        } catch (Throwable error) {
            throw new LinkageError("cannot copy " + template.getName(), error);
        }
    }

    private byte[] bytes() throws IOException {
        String name = template.getName();
        String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
        try (InputStream in = template.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException("no class file " + file);
            }
            return in.readAllBytes();
        }
    }
}
