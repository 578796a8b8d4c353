// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** Whether {@link Math#fma} is an instruction of this processor, and not a detour over BigDecimal. */
final class Fma {
    private Fma() {}

    static boolean isFast() {
        try {
            HotSpotDiagnosticMXBean vm =
                    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return vm != null && Boolean.parseBoolean(vm.getVMOption("UseFMA").getValue());
        } catch (IllegalArgumentException e) {
            return false; // another VM: a product and a sum are fast in any
        }
    }
}
