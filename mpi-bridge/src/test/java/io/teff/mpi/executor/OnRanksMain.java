// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.mpi.Comm;
import io.teff.mpi.Mpi;
import io.teff.mpi.NativeBuffer;
import io.teff.mpi.Request;

/** Each rank of {@link OnRanksTest}. */
final class OnRanksMain {
    private static final int FRAMES = 300;

    private OnRanksMain() {}

    /** As MPI's, but leaves the processor to ranks that still have something to do. */
    private static void barrier(Comm world) {
        NativeBuffer nothing = NativeBuffer.allocate(1);
        if (world.rank() == 0) {
            for (int i = 1; i < world.size(); i++) {
                await(world.iRecv(nothing, i, 1));
            }
            for (int i = 1; i < world.size(); i++) {
                await(world.iSend(nothing, 0, i, 1));
            }
        } else {
            await(world.iSend(nothing, 0, 0, 1));
            await(world.iRecv(nothing, 0, 1));
        }
    }

    private static void await(Request request) {
        while (!request.test()) {
            Thread.yield();
        }
    }

    public static void main(String[] args) {
        int exitCode = 1;
        String doing = "open";
        try {
            Mpi mpi = Mpi.init();
            Transport transport = Transports.open(mpi);
            String name = transport.toString();
            TransportChecks checks =
                    new TransportChecks(transport, () -> barrier(mpi.world()), FRAMES);
            if (args.length > 0) {
                doing = args[0];
                checks.death(() -> Runtime.getRuntime().halt(9));
                System.out.println(name + " has outlived another one by " + mpi.way());
                Runtime.getRuntime().halt(0); // without MPI's end, for which the dead is missing
            }
            for (String check : TransportChecks.ALL) {
                doing = check;
                checks.run(check);
            }
            doing = "close";
            transport.close();
            mpi.close();
            System.out.println("all went well over " + name + " by " + mpi.way());
            exitCode = 0;
        } catch (Throwable t) {
            System.out.println(doing + " failed");
            t.printStackTrace(System.out);
        }
        Runtime.getRuntime().halt(exitCode);
    }
}
