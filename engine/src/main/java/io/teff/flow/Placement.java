// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/** Which executor a task goes to, when its app may run on several. */
public enum Placement {
    /** The one with the fewest tasks of this flow that have not ended. */
    LEAST_LOADED,
    /** Any, as Parsl does. */
    RANDOM
}
