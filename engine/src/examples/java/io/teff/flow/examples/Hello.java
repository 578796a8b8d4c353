// SPDX-License-Identifier: Apache-2.0
package io.teff.flow.examples;

import io.teff.engine.Engine;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.util.Locale;

/** The smallest flow: two apps, of which one takes the other's results. */
public final class Hello {
    private Hello() {}

    public static void main(String[] args) {
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App1<String, String> upper =
                    flow.app("upper", (String s) -> s.toUpperCase(Locale.ROOT));
            App2<String, String, String> greet =
                    flow.app("greet", (String a, String b) -> a + ", " + b + "!");
            AppFuture<String> hello = upper.call("hello");
            AppFuture<String> world = upper.call("world");
            System.out.println(greet.call(hello, world).join());
        }
    }
}
