// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.Map;
import java.util.TreeMap;

/** What the nodes of a graph are called. Blocks have one entry; nodes without a name have none. */
final class GraphNames {
    private final TreeMap<Integer, Entry> entries = new TreeMap<>();

    private record Entry(String name, int count, boolean block) {}

    GraphNames() {}

    GraphNames(GraphNames other) {
        entries.putAll(other.entries);
    }

    void add(int first, String name) {
        entries.put(first, new Entry(name, 1, false));
    }

    void addBlock(int first, String name, int count) {
        entries.put(first, new Entry(name, count, true));
    }

    String of(int node) {
        Map.Entry<Integer, Entry> below = entries.floorEntry(node);
        if (below == null || node - below.getKey() >= below.getValue().count()) {
            return "#" + node;
        }
        Entry entry = below.getValue();
        return entry.block() ? entry.name() + "[" + (node - below.getKey()) + "]" : entry.name();
    }
}
