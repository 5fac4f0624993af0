package io.s3stream.endtoend;

import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A process of {@link ManyProcessesTest}: {@code STORAGE NODE WAL FIRST_WRITER SEED}. It works as that node on streams
 * until it is fenced, then opens again, unless it was ordered to retire. It reads orders in lines:
 * {@code takeover NODE}, {@code switch WAL...} to the first WAL that it is not writing, {@code retire} and
 * {@code close}. It prints lines for {@link ProofLedger}. It ends when its input ends.
 */
final class ProofNode {

    static final int STREAMS = 24;
    static final int LARGEST = 20_000;

    private static final int WORKERS = 2;

    /** Failures that a store may return after it lost its node or its object storage. */
    private static final Set<Kind> PASSING =
            Set.of(Kind.FENCED, Kind.CLOSED, Kind.CONFLICT, Kind.UNAVAILABLE, Kind.BUSY);

    private final String[] arguments;
    private final AtomicInteger nextWriter;
    private final CompletableFuture<StreamStore> firstOpen = new CompletableFuture<>();
    private volatile @Nullable StreamStore store;
    private volatile @Nullable List<ProofWorker> workers;
    private volatile boolean retired;

    private ProofNode(String[] arguments) {
        this.arguments = arguments;
        this.nextWriter = new AtomicInteger(Integer.parseInt(arguments[3]));
    }

    static String streamName(int index) {
        return "s" + index;
    }

    public static void main(String[] arguments) throws InterruptedException {
        say("starting");
        ProofNode node = new ProofNode(arguments);
        Thread orders = new Thread(node::takeOrders, "orders");
        orders.setDaemon(true);
        orders.start();
        node.run();
        say("ended");
    }

    static synchronized void say(String line) {
        System.out.println(line + " .");
    }

    /** A failure that no fault explains, with its caller. */
    static void bug(String what, Throwable error) {
        say("bug " + what + ": " + error.toString().replace('\n', ' '));
        error.printStackTrace();
    }

    static boolean isPassing(StreamException e) {
        return PASSING.contains(e.kind());
    }

    private void run() throws InterruptedException {
        for (int opening = 0; !retired; opening++) {
            StreamStore opened = open();
            if (opened == null) {
                TimeUnit.MILLISECONDS.sleep(200);
                continue;
            }
            store = opened;
            firstOpen.complete(opened);
            List<ProofWorker> working = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                long seed = Long.parseLong(arguments[4]) * 1000 + opening * WORKERS + i;
                working.add(new ProofWorker(opened, nextWriter, seed, i, WORKERS));
            }
            workers = working;
            List<Thread> threads = working.stream().map(this::start).toList();
            say("open " + opening);
            for (Thread thread : threads) {
                thread.join();
            }
            leave(opened);
        }
    }

    private @Nullable StreamStore open() {
        try {
            return Stores.get(StreamStore.builder()
                    .storage(arguments[0])
                    .nodeId(Integer.parseInt(arguments[1]))
                    .wal(arguments[2])
                    .config(Stores.compacting())
                    .openAsync());
        } catch (StreamException e) {
            if (!isPassing(e)) {
                bug("open", e);
            }
            say("notopen " + e.kind() + " " + e.getMessage());
            return null;
        } catch (AssertionError e) {
            bug("open", e);
            return null;
        }
    }

    private Thread start(ProofWorker worker) {
        Thread thread = new Thread(
                () -> {
                    worker.run();
                    stopWorking(); // no stream of a fenced store is open
                },
                "worker");
        thread.start();
        return thread;
    }

    private void leave(StreamStore opened) {
        try {
            if (retired) {
                Stores.close(opened);
            } else {
                Stores.abandon(opened);
            }
            say("left");
        } catch (StreamException e) {
            if (!isPassing(e)) {
                bug("close", e);
            }
            say("left " + e.kind());
        } catch (AssertionError e) {
            bug("close", e);
        }
    }

    private void stopWorking() {
        List<ProofWorker> working = workers;
        if (working != null) {
            working.forEach(ProofWorker::stop);
        }
    }

    private void takeOrders() {
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "takeover" -> new Thread(() -> takeOver(Integer.parseInt(words[1]), words), "taker").start();
                    case "switch" -> new Thread(() -> switchWal(words), "switcher").start();
                    case "retire" -> retired = true;
                    case "close" -> {
                        retired = true;
                        stopWorking();
                    }
                    default -> bug("order", new IllegalArgumentException(line));
                }
            }
        } catch (IOException e) {
            say("orders end: " + e);
        }
        Runtime.getRuntime().halt(0);
    }

    /** The order names the WALs: the taker may have none of the node's WALs. */
    private void takeOver(int node, String[] order) {
        StreamStore taker = store;
        if (taker == null) {
            say("nottaken " + node + " NONE not open yet");
            return;
        }
        say("taking " + node);
        try {
            List<URI> uris = Arrays.stream(order).skip(2).map(URI::create).toList();
            TakeOverReport report =
                    Stores.get(taker.takeOver(node, TakeOverOptions.defaults().walUris(uris)));
            say("taken " + node + " " + report.nodeEpoch() + " " + report.frames() + " "
                    + report.total().toMillis());
        } catch (StreamException e) {
            if (!isPassing(e)) {
                bug("take-over of " + node, e);
            }
            say("nottaken " + node + " " + e.kind() + " " + e.getMessage());
        } catch (AssertionError e) {
            bug("take-over of " + node, e);
        }
    }

    private void switchWal(String[] order) {
        StreamStore switching =
                firstOpen.thenApply(first -> Objects.requireNonNull(store)).join();
        try {
            URI from = switching.wal();
            URI to = Arrays.stream(order)
                    .skip(1)
                    .map(URI::create)
                    .filter(uri -> !uri.equals(from))
                    .findFirst()
                    .orElseThrow();
            say("switching to " + to);
            Stores.get(switching.switchWal(to));
            say("switched " + from.getScheme() + " " + to.getScheme());
        } catch (StreamException e) {
            if (!isPassing(e)) {
                bug("switch", e);
            }
            say("notswitched " + e.kind() + " " + e.getMessage());
        } catch (AssertionError e) {
            bug("switch", e);
        }
    }
}
