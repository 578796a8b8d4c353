// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** As much of an FTP server as a test needs: files in memory, binary, passive mode (RFC 959, 2428). */
final class FtpServer implements AutoCloseable {
    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    final List<String> commands = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ServerSocket server = listen();
    volatile boolean losesHalf;

    FtpServer() throws IOException {
        start(this::accept);
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private void start(Runnable work) {
        Thread thread = new Thread(work, "ftp-server");
        threads.add(thread);
        thread.start();
    }

    String uri(String path) {
        return "ftp://user:secret@"
                + server.getInetAddress().getHostAddress()
                + ":"
                + server.getLocalPort()
                + path;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                start(() -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8));
                ServerSocket data = listen()) {
            Writer out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
            reply(out, "220 ready");
            String folder = "";
            String line;
            while ((line = in.readLine()) != null) {
                commands.add(line);
                String[] words = line.split(" ", 2);
                String path = words.length < 2 ? "" : words[1];
                path = path.startsWith("/") ? path : folder + "/" + path;
                switch (words[0]) {
                    case "USER" -> reply(out, "331 password?");
                    case "PASS" -> reply(out, "230 welcome");
                    case "TYPE", "NOOP" -> reply(out, "200 so be it");
                    case "CWD" -> {
                        folder = path;
                        reply(out, "250 there");
                    }
                    case "EPSV" -> reply(out, "229 passive (|||" + data.getLocalPort() + "|)");
                    case "RETR" -> send(out, data, path);
                    case "STOR" -> receive(out, data, path);
                    case "QUIT" -> {
                        reply(out, "221 bye");
                        return;
                    }
                    default -> reply(out, "502 not here");
                }
            }
        } catch (IOException e) {
            commands.add(e.toString()); // the client has hung up
        }
    }

    private void send(Writer out, ServerSocket data, String path) throws IOException {
        byte[] bytes = files.get(path);
        if (bytes == null) {
            reply(out, "550 " + path + ": no such file");
            return;
        }
        reply(out, "150 here it comes");
        try (Socket socket = data.accept();
                OutputStream to = socket.getOutputStream()) {
            to.write(bytes);
        }
        reply(out, "226 sent");
    }

    private void receive(Writer out, ServerSocket data, String path) throws IOException {
        if (path.startsWith("/readonly")) {
            reply(out, "553 not allowed");
            return;
        }
        reply(out, "150 let it come");
        byte[] bytes;
        try (Socket socket = data.accept()) {
            bytes = socket.getInputStream().readAllBytes();
        }
        files.put(path, losesHalf ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
        reply(out, losesHalf ? "452 disk full" : "226 got it");
    }

    private static void reply(Writer out, String line) throws IOException {
        out.write(line + "\r\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        Awaitility.await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }
}
