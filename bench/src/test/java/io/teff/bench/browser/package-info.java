// SPDX-License-Identifier: Apache-2.0
/** A headless Chromium for tests of pages: {@link io.teff.bench.browser.Browser}. */
package io.teff.bench.browser;
