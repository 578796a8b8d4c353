// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.programs.Params;
import io.teff.bench.programs.Pool;
import io.teff.bench.programs.Program;
import io.teff.bench.programs.Programs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to be compared: which programs at which sizes, on which contenders with how many workers.
 *
 * <p>Made from options as typed. Whatever cannot be is an {@link IllegalArgumentException} whose
 * message names the value and lists what is known.
 *
 * @param sizes the chosen programs in their usual order, each with its size
 * @param executors the chosen executors, or ways of using one, in their usual order
 * @param peers the chosen contenders outside this JVM
 * @param workers the numbers of workers to compare with
 * @param own sizes of contenders that have their own, where none was typed
 */
record Plan(
        Map<Program, Params> sizes,
        Set<String> executors,
        List<Peer> peers,
        List<Integer> workers,
        Map<Program, Map<String, Params>> own) {
    private static final int MAX_WORKERS = 1024;

    /** Options as typed; those not given are null. */
    record Options(
            String workers,
            String size,
            String only,
            String executors,
            String sleepMs,
            boolean quick) {}

    static Plan of(List<Program> known, List<Peer> peers, Options options) {
        return of(known, peers, OwnSizes.STANDARD, options);
    }

    static Plan of(List<Program> known, List<Peer> peers, OwnSizes ownSizes, Options options) {
        List<Program> chosen = chosenPrograms(known, options.only());
        Set<String> executors = chosenExecutors(known, peers, options.executors());
        Map<String, String> typed = typedSizes(known, chosen, options);
        return new Plan(
                sizes(chosen, typed, options),
                executors,
                peers.stream().filter(peer -> executors.contains(peer.name())).toList(),
                workers(options.workers()),
                ownSizes(chosen, peers, ownSizes, typed, options.quick()));
    }

    /** The size of a program for one contender. */
    Params sizeOf(Program program, String contender) {
        return own.get(program).getOrDefault(contender, sizes.get(program));
    }

    private static Map<Program, Map<String, Params>> ownSizes(
            List<Program> chosen,
            List<Peer> peers,
            OwnSizes ownSizes,
            Map<String, String> typed,
            boolean quick) {
        Map<Program, Map<String, Params>> own = new LinkedHashMap<>();
        for (Program program : chosen) {
            Set<String> contenders = new LinkedHashSet<>();
            Pools.names().forEach(e -> contenders.addAll(program.contenders(e)));
            Pools.remoteNames().forEach(e -> contenders.addAll(Pools.contendersOf(program, e)));
            peers.forEach(peer -> contenders.add(peer.name()));
            Map<String, Params> sizes = new LinkedHashMap<>();
            for (String contender : contenders) {
                Params size = ownSizes.of(program, contender, quick);
                if (size != null && !typed.containsKey(program.name())) {
                    sizes.put(contender, size);
                }
            }
            own.put(program, sizes);
        }
        return own;
    }

    /** The contenders of one program, those that were chosen, in their usual order. */
    List<String> contendersOf(Program program) {
        List<String> contenders = new ArrayList<>();
        for (String executor : Pools.names()) {
            for (String contender : program.contenders(executor)) {
                if (executors.contains(executor) || executors.contains(contender)) {
                    contenders.add(contender);
                }
            }
        }
        for (String executor : program.isSendable() ? Pools.remoteNames() : List.<String>of()) {
            for (String contender : Pools.contendersOf(program, executor)) {
                if (executors.contains(executor) || executors.contains(contender)) {
                    contenders.add(contender);
                }
            }
        }
        return contenders;
    }

    private static List<Program> chosenPrograms(List<Program> known, String only) {
        if (only == null) {
            return known;
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : list("--only", only)) {
            names.add(program(known, "--only", name).name());
        }
        return known.stream().filter(p -> names.contains(p.name())).toList();
    }

    private static Program program(List<Program> known, String option, String name) {
        return known.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        option
                                                + ": unknown program '"
                                                + name
                                                + "'; known programs: "
                                                + namesOf(known)));
    }

    private static String namesOf(List<Program> programs) {
        return String.join(", ", programs.stream().map(Program::name).toList());
    }

    /** All executors of this JVM, unless some are named: others run only then. */
    private static Set<String> chosenExecutors(
            List<Program> known, List<Peer> peers, String executors) {
        if (executors == null) {
            return new LinkedHashSet<>(Pools.names());
        }
        Set<String> names = new LinkedHashSet<>(Pools.names());
        for (Program program : known) {
            Pools.names().forEach(e -> names.addAll(program.contenders(e)));
        }
        names.addAll(Pools.remoteNames());
        for (Program program : known) {
            if (program.isSendable()) {
                Pools.remoteNames().forEach(e -> names.addAll(Pools.contendersOf(program, e)));
            }
        }
        peers.forEach(peer -> names.add(peer.name()));
        Set<String> chosen = new LinkedHashSet<>(list("--executors", executors));
        for (String name : chosen) {
            String executor = Pool.executorOf(name);
            if (Pools.knownNames().contains(executor) && !names.contains(executor)) {
                throw new IllegalArgumentException(
                        "--executors: '"
                                + name
                                + "' needs a newer JDK than this one, which is "
                                + Runtime.version().feature()
                                + "; executors known here: "
                                + String.join(", ", names));
            }
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "--executors: unknown executor '"
                                + name
                                + "'; known executors: "
                                + String.join(", ", names));
            }
        }
        return chosen;
    }

    private static List<Integer> workers(String typed) {
        if (typed == null) {
            return List.of(Runtime.getRuntime().availableProcessors());
        }
        Set<Integer> workers = new LinkedHashSet<>();
        for (String number : list("--workers", typed)) {
            boolean small = number.matches("\\d{1,4}");
            int value = small ? Integer.parseInt(number) : 0;
            if (value < 1 || value > MAX_WORKERS) {
                throw new IllegalArgumentException(
                        "--workers: must be whole numbers between 1 and "
                                + MAX_WORKERS
                                + ", not '"
                                + number
                                + "'");
            }
            workers.add(value);
        }
        return List.copyOf(workers);
    }

    /** The sizes that were typed, by program: its own, or the one for all. */
    private static Map<String, String> typedSizes(
            List<Program> known, List<Program> chosen, Options options) {
        Map<String, String> typed = new LinkedHashMap<>();
        String forAll = "";
        for (String item :
                options.size() == null ? List.<String>of() : list("--size", options.size())) {
            int equals = item.indexOf('=');
            if (equals < 0) {
                if (!forAll.isEmpty()) {
                    throw new IllegalArgumentException(
                            "--size: '"
                                    + forAll
                                    + "' and '"
                                    + item
                                    + "' are both for all programs; write program=SIZE,program=SIZE");
                }
                forAll = item;
                continue;
            }
            Program program = program(known, "--size", item.substring(0, equals).strip());
            if (!chosen.contains(program)) {
                throw new IllegalArgumentException(
                        "--size: "
                                + program.name()
                                + " is not among the programs of --only: "
                                + namesOf(chosen));
            }
            if (typed.put(program.name(), item.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException("--size: two sizes for " + program.name());
            }
        }
        if (!forAll.isEmpty()) {
            for (Program program : chosen) {
                typed.putIfAbsent(program.name(), forAll);
            }
        }
        return typed;
    }

    private static Map<Program, Params> sizes(
            List<Program> chosen, Map<String, String> typed, Options options) {
        Map<Program, Params> sizes = new LinkedHashMap<>();
        for (Program program : chosen) {
            sizes.put(program, paramsOf(program, typed.get(program.name()), options));
        }
        if (options.sleepMs() != null
                && chosen.stream().noneMatch(p -> p.parameters().contains(Programs.SLEEP))) {
            throw new IllegalArgumentException(
                    "--sleep: none of the chosen programs sleeps: " + namesOf(chosen));
        }
        return sizes;
    }

    private static Params paramsOf(Program program, String size, Options options) {
        try {
            List<String> numbers = size == null ? List.of() : List.of(size.split(":", -1));
            Params params = program.params(numbers, options.quick());
            return options.sleepMs() != null && program.parameters().contains(Programs.SLEEP)
                    ? params.with(Programs.SLEEP, options.sleepMs())
                    : params;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--size "
                            + program.name()
                            + (size == null ? "" : "=" + size)
                            + ": "
                            + e.getMessage()
                            + " ("
                            + describe(program)
                            + ")",
                    e);
        }
    }

    /** The form of a program's size with the limits of each number. */
    static String describe(Program program) {
        return program.name()
                + "="
                + program.sizeForm()
                + " with "
                + String.join(
                        ", ",
                        program.parameters().stream()
                                .map(p -> p.name() + " " + p.min() + ".." + p.max())
                                .toList());
    }

    private static List<String> list(String option, String typed) {
        List<String> items = new ArrayList<>();
        for (String item : typed.split(",", -1)) {
            if (item.isBlank()) {
                throw new IllegalArgumentException(
                        option + ": an empty name or number in '" + typed + "'");
            }
            items.add(item.strip());
        }
        return items;
    }
}
