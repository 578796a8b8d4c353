// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.lang.invoke.SerializedLambda;

/** What tasks without an app are called in summaries: by their lambda's method, or their class. */
public final class BodyName {
    private BodyName() {}

    /** For bodies of all kinds. */
    public static String of(Object body) {
        if (body instanceof NamedCall call) {
            return call.name;
        }
        if (body instanceof RunOnly only) {
            return of(only.body());
        }
        SerializedLambda lambda = LambdaShape.serialized(body);
        if (lambda != null) {
            String in = lambda.getImplClass().replace('/', '.');
            return in.substring(in.lastIndexOf('.') + 1) + "." + lambda.getImplMethodName();
        }
        return body.getClass().getName();
    }
}
