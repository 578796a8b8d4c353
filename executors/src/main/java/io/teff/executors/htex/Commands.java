// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import io.teff.remote.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZMQ;

/** Answers what operators and pools of blocks ask. The interchange's thread only. */
final class Commands {
    private static final byte[] NOTHING = {};

    private final ZMQ.Socket commands;
    private final Gate gate;
    private final PendingTasks pending;
    private final ManagerLink managers;
    private final Uplink uplink;
    private final Runnable onStop;

    Commands(
            ZMQ.Socket commands,
            Gate gate,
            PendingTasks pending,
            ManagerLink managers,
            Uplink uplink,
            Runnable onStop) {
        this.commands = commands;
        this.gate = gate;
        this.pending = pending;
        this.managers = managers;
        this.uplink = uplink;
        this.onStop = onStop;
    }

    /** What looks like a message may be none: a REP drops what no REQ has sent. */
    void take() {
        byte[] first = commands.recv(ZMQ.DONTWAIT);
        if (first != null) {
            reply(gate.rest(commands, first)); // strangers too are owed an answer
        }
    }

    private void reply(byte[] frame) {
        List<String> answer;
        try {
            Frames.Reader in = new Frames.Reader(frame == null ? NOTHING : frame);
            if (in.type() != Frames.ASK) {
                throw new BadFrame("frame of type " + in.type() + " on the command socket");
            }
            String word = in.string();
            String argument = in.string();
            in.done();
            answer = answer(word, argument);
        } catch (BadFrame e) {
            uplink.reject(e.getMessage());
            answer = List.of("error", e.getMessage());
        }
        ByteWriter reply = new Frames.Writer(Frames.ANSWER).i32(answer.size());
        answer.forEach(reply::string);
        commands.setLinger(200);
        gate.send(commands, reply.toBytes());
    }

    private List<String> answer(String word, String argument) {
        List<String> answer = new ArrayList<>(List.of("ok"));
        long now = System.nanoTime();
        switch (word) {
            case "managers" -> managers.all().forEach(m -> answer.add(m.describe(now)));
            case "packages" -> {
                for (ManagerRecord m : managers.all()) {
                    if (m.id().equals(argument)) {
                        m.registration.packages().forEach((k, v) -> answer.add(k + "\t" + v));
                    }
                }
            }
            case "hold", "drain" -> answer.addAll(managers.hold(argument, word.equals("drain")));
            case "counters" -> {
                answer.add("pending\t" + pending.size());
                answer.add("out\t" + managers.tasksOut());
                answer.add("rejected\t" + uplink.rejected());
            }
            case "seen" -> answer.addAll(managers.seenBlocks());
            case "stop" -> onStop.run();
            default -> {
                return List.of("error", "no command has the name " + word);
            }
        }
        return answer;
    }
}
