package io.s3stream.endtoend;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Starts, stops, resumes and kills the processes of {@link ManyProcessesTest}, and orders take-overs. It waits for
 * acknowledgements between faults, not for time, so that every fault can lose records. Used by one thread.
 */
final class ProofDriver implements AutoCloseable {

    private static final int NODES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration MISSED_AFTER = Duration.ofSeconds(3);
    private static final Duration MAX_STOP = Duration.ofSeconds(3);
    private static final int FAULTS = 14;
    private static final int MIN_ROUNDS = 5;
    private static final int WRITERS_EACH = 1_000_000;

    private final String storage;
    private final Path dir;
    private final ProofLedger ledger;
    private final Random random;
    private final @Nullable ChildJvm[] nodes = new ChildJvm[NODES];
    private final List<ChildJvm> all = new ArrayList<>();
    private final Map<String, Integer> done = new TreeMap<>();
    private final List<Integer> deck = new ArrayList<>();
    private int dealt;

    ProofDriver(String storage, Path dir, ProofLedger ledger, long seed) {
        this.storage = storage;
        this.dir = dir;
        this.ledger = ledger;
        this.random = new Random(seed);
    }

    /** The number of occurrences of each fault. */
    Map<String, Integer> done() {
        return done;
    }

    /** Whether each fault occurred at least once. */
    boolean hadAllFaults() {
        return dealt > 0;
    }

    void run(int seconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        for (int i = 0; i < NODES; i++) {
            start(i);
        }
        ledger.await("open", NODES, PATIENCE); // a process that never was a node cannot be taken over
        goOn();
        int decks = Integer.getInteger("proof.decks", 1); // at least, so that a short run has all faults
        while (System.nanoTime() < end || dealt < decks || done.getOrDefault("rounds", 0) < MIN_ROUNDS) {
            did("rounds");
            ChildJvm any = nodes[random.nextInt(NODES)];
            if (any != null && random.nextInt(3) == 0) {
                switchWal(any); // while other faults may hit it or others
            }
            int node = random.nextInt(NODES);
            ChildJvm process = nodes[node];
            if (process == null) {
                start(node);
            } else {
                disturb(draw(), node, process);
            }
            goOn();
        }
    }

    /** Each fault occurs once in each round of the deck. */
    private int draw() {
        if (deck.isEmpty()) {
            IntStream.range(0, FAULTS).forEach(deck::add);
            Collections.shuffle(deck, random);
        }
        int fault = deck.remove(deck.size() - 1);
        if (deck.isEmpty()) {
            dealt++;
        }
        return fault;
    }

    private void disturb(int fault, int node, ChildJvm process) throws IOException, InterruptedException {
        switch (fault) {
            case 0 -> {
                kill(node, process);
                start(node);
            }
            case 1, 2 -> {
                kill(node, process);
                takeOver(node, fault);
            }
            case 3 -> {
                kill(node, process);
                takeOver(node, 1);
                start(node); // another process may start in the middle of it
            }
            case 4 -> killTaker(node, process);
            case 5 -> stop(node, process, 0);
            case 6, 7 -> stop(node, process, fault - 5);
            case 8 -> replace(node, process);
            case 9, 10 -> {
                did("take-overs of running nodes");
                takeOver(node, fault - 8);
            }
            case 11 -> switchWal(process);
            case 12 -> {
                switchWal(process);
                ledger.await("switching", 1, MAX_STOP);
                ledger.await("switched", 1, Duration.ofMillis(random.nextInt(300)));
                kill(node, process);
                if (random.nextBoolean()) {
                    takeOver(node, 1);
                }
                start(node);
            }
            default -> {
                did("closed");
                process.send("close");
                if (random.nextBoolean()) {
                    takeOver(node, 1);
                }
                ledger.await("ended", 1, Duration.ofSeconds(20));
                end(node, process);
            }
        }
    }

    /** Switches to any other kind of WAL during operation. */
    private void switchWal(ChildJvm process) throws IOException {
        did("switches ordered");
        List<String> wals = wals();
        Collections.shuffle(wals, random);
        process.send("switch " + String.join(" ", wals));
    }

    private void killTaker(int node, ChildJvm process) throws IOException, InterruptedException {
        kill(node, process);
        int taker = takeOver(node, 1);
        ChildJvm takerProcess = nodes[taker];
        if (takerProcess != null) {
            ledger.await("taking", 1, MAX_STOP);
            ledger.await("taken", 1, Duration.ofMillis(random.nextInt(300)));
            did("takers killed");
            kill(taker, takerProcess);
            start(taker);
        }
    }

    private void stop(int node, ChildJvm process, int takers) throws IOException, InterruptedException {
        process.suspend();
        did("stops");
        takeOver(node, takers);
        ledger.await("ack", 200, MAX_STOP);
        process.resume();
    }

    /**
     * Another process becomes the node while the first one is stopped. The first one then resumes and must not disturb.
     */
    private void replace(int node, ChildJvm process) throws IOException, InterruptedException {
        process.send("retire");
        process.suspend();
        did("replaced");
        start(node);
        ledger.await("ack", 200, MAX_STOP);
        process.resume();
        ledger.await("ended", 1, Duration.ofSeconds(5));
        process.kill();
        all.remove(process);
    }

    /** @return the process that was ordered to, or the first of them */
    private int takeOver(int node, int takers) throws IOException {
        int first = -1;
        for (int i = 1; i < NODES && takers > 0; i++) {
            int taker = (node + i) % NODES;
            ChildJvm process = nodes[taker];
            if (process != null) {
                did("take-overs ordered");
                process.send("takeover " + node + " " + String.join(" ", wals()));
                first = first < 0 ? taker : first;
                takers--;
            }
        }
        return first < 0 ? node : first;
    }

    private void start(int node) throws IOException {
        did("starts");
        int writers = done.get("starts") * WRITERS_EACH;
        String wal = wals().get(random.nextInt(3));
        List<String> options = new ArrayList<>(KillRounds.childOptions());
        options.add("-Dtest.patience=" + PATIENCE.toSeconds()); // that many others are stopped or starting
        options.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=" + System.getProperty("proof.log", "off"));
        ChildJvm process = ChildJvm.start(
                ProofNode.class,
                options,
                line -> ledger.accept(node, line),
                storage,
                Integer.toString(node),
                wal,
                Integer.toString(writers),
                Long.toString(random.nextInt()));
        nodes[node] = process;
        all.add(process);
    }

    /** A WAL of each kind that nodes can share. */
    List<String> wals() throws IOException {
        return new ArrayList<>(List.of(
                Stores.storeWal(),
                Stores.nfsWal(dir),
                "block://" + dir.resolve("shared") + "?mode=shared&capacity=512MiB&extent=4MiB&cells=8192"));
    }

    private void kill(int node, ChildJvm process) {
        did("kills");
        end(node, process);
    }

    private void end(int node, ChildJvm process) {
        process.kill();
        all.remove(process);
        if (nodes[node] == process) {
            nodes[node] = null;
        }
    }

    /**
     * Waits for the given number of further acknowledgements. A dead node may own every stream, if the ordered takers
     * were not open or failed: without acknowledgements the driver starts it.
     */
    private void goOn() throws IOException, InterruptedException {
        int more = 20 + random.nextInt(300);
        boolean came = ledger.await("ack", more, MISSED_AFTER);
        if (!came) {
            for (int i = 0; i < NODES; i++) {
                if (nodes[i] == null) {
                    did("missed");
                    start(i);
                }
            }
            came = ledger.await("ack", more, PATIENCE);
        }
        ledger.assertPossible();
        if (!came) {
            throw new AssertionError(
                    "no acknowledgements for " + PATIENCE + " after " + done + "; lately " + ledger.refusals());
        }
    }

    private void did(String what) {
        done.merge(what, 1, Integer::sum);
    }

    /** Returns when all their output was read. */
    void killAll() {
        all.forEach(ChildJvm::kill);
        all.clear();
    }

    @Override
    public void close() {
        killAll();
    }
}
