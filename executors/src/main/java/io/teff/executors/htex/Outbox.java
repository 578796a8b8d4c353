// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

/** Where results go from where they arise. Thread-safe. */
@FunctionalInterface
interface Outbox {
    byte[] NOTHING = {};

    void add(long id, byte status, byte[] bytes);
}
