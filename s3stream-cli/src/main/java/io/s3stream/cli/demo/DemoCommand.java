package io.s3stream.cli.demo;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.StoreOptions;
import io.s3stream.cli.terminal.Terminal;
import io.s3stream.cli.terminal.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the acts of the demo in order. */
@Command(
        description = {
            "Shows every step on this machine: append, tail, upload, catch up, trim, crash and recover.",
            "Compares every record that it reads with the appended one; any difference is an error."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int WRITER = 0;
    private static final int READER = 1;
    private static final int VICTIM = 2;
    private static final long ACKS_BEFORE_KILL = 100_000;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Directory of the demo, kept after it (default: a temporary directory).")
    private @Nullable Path dir;

    @Option(names = "--input", paramLabel = "FILE", description = "Text to ingest (default: this project's sources).")
    private @Nullable Path input;

    private final Terminal terminal;

    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long began = System.nanoTime();
        DemoInput lines = DemoInput.load(input);
        Path given = dir;
        Path work = given == null ? Files.createTempDirectory("s3stream-demo") : Files.createDirectories(given);
        try (DemoDirectory directory = new DemoDirectory(work, given == null)) {
            if (Files.exists(directory.path().resolve("objects"))) {
                throw new ToolException("--dir " + work + " has a store already: name an empty directory");
            }
            act(directory.path(), lines);
        }
        out().say("");
        out().say("All records were present, byte for byte. Total time %.1f s.", (System.nanoTime() - began) / 1e9);
        return 0;
    }

    private void act(Path work, DemoInput lines) throws IOException, InterruptedException {
        out().say("Store in %s: objects in a directory, the write-ahead log (WAL) in a file. No server.", work);
        out().say("Input: %s.", lines.description());

        List<Ledger> ledgers;
        try (StreamStore store = open(work, WRITER)) {
            ledgers = new IngestAct(store, lines, out()).run();
        }
        try (StreamStore store = open(work, READER)) {
            new CatchUpAct(store, ledgers, out()).run();
        }
        try (StreamStore store = open(work, WRITER)) {
            new TrimAct(store, ledgers.get(0), out()).run();
        }
        CrashAct crash = new CrashAct(storeUri(work), walUri(work, VICTIM), VICTIM, lines, out(), ACKS_BEFORE_KILL);
        long acknowledged = crash.killWriter();
        crash.recover(() -> open(work, VICTIM), acknowledged);
    }

    private static StreamStore open(Path work, int node) {
        return StreamStore.builder()
                .storage(storeUri(work))
                .wal(walUri(work, node))
                .nodeId(node)
                .config(StoreConfig.builder().uploadThresholdBytes(8 << 20).build())
                .open();
    }

    private static String storeUri(Path work) {
        return StoreOptions.uri("file", work.resolve("objects"));
    }

    private static String walUri(Path work, int node) {
        return StoreOptions.uri("block", work.resolve("wal-" + node)) + "?capacity=128MiB";
    }

    private Output out() {
        return terminal.out();
    }
}
