// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.teff.remote.BadFrame;
import io.teff.remote.ByteWriter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** Questions to an interchange that is too slow with one answer. */
@Timeout(60)
final class AnswersTest {
    private final Settings settings =
            Settings.empty()
                    .with("token", "secret")
                    .with("encrypted", false)
                    .with("maxFrameBytes", 1 << 20);
    private final Gate gate = new Gate(settings);
    private final ZMQ.Context context = ZMQ.context(1);
    private final ZMQ.Socket server = Zmq.server(context, SocketType.REP, settings);
    private final ZMQ.Socket client = Zmq.client(context, SocketType.REQ, settings);

    @AfterEach
    void close() {
        client.close();
        server.close();
        context.close();
    }

    @Test
    void questionWithoutAnswerDoesNotSpoilTheNext() throws Exception {
        server.bind("tcp://127.0.0.1:*");
        Answers answers = new Answers(client, gate);
        client.connect(server.getLastEndpoint());
        assertThatIllegalStateException()
                .isThrownBy(() -> answers.ask("first", "", 200))
                .withMessageContaining("did not answer first")
                .withMessageContaining("no answer within 200 ms");
        Thread slow =
                new Thread(
                        () -> {
                            for (int questions = 0; questions < 2; ) {
                                questions += answerOne() ? 1 : 0;
                            }
                        },
                        "slow-interchange");
        slow.start();
        assertThat(answers.ask("second", "", 20_000)).isEqualTo(List.of("to second"));
        slow.join();
        answers.close();
    }

    /** In the words of the question; false: there was none. */
    private boolean answerOne() {
        try {
            byte[] frame = gate.receive(server, 0);
            if (frame == null) {
                return false;
            }
            Frames.Reader in = new Frames.Reader(frame);
            ByteWriter answer = new Frames.Writer(Frames.ANSWER).i32(2).string("ok");
            gate.send(server, answer.string("to " + in.string()).toBytes());
            return true;
        } catch (BadFrame e) {
            throw new AssertionError(e);
        }
    }
}
