// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/** An app asks for resources that its executor does not have, or does not know. */
public final class InvalidResourceSpecification extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    InvalidResourceSpecification(String message) {
        super(message);
    }
}
