// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.flow.App2;
import io.teff.flow.App3;
import io.teff.flow.AppList;
import io.teff.flow.Flow;
import java.util.List;

/** The apps that nodes are calls of, by what they wait for. */
final class GraphApps {
    final App2<Runnable, Object, Object> one;
    final App3<Runnable, Object, Object, Object> two;
    final AppList<Object, Object> all;

    GraphApps(Flow flow) {
        one = flow.app("one", (Runnable task, Object x) -> run(task));
        two = flow.app("two", (Runnable task, Object x, Object y) -> run(task));
        all = flow.listApp("all", (List<Object> items) -> run((Runnable) items.get(0)));
    }

    private static Object run(Runnable task) {
        task.run();
        return null;
    }
}
