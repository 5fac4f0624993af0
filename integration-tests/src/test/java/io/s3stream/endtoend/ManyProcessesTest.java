package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.TakeOverOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes, each a node, on one store. For {@code -Dproof.seconds} they are killed, stopped, taken over,
 * restarted and told to switch their WAL at random. All their acknowledgements and reads must form one history
 * ({@link ProofLedger}). {@code -Dproof.seed} repeats the faults, not their effects.
 */
class ManyProcessesTest {

    @TempDir
    Path dir;

    @Test
    void outputOfDyingAndTakenOverProcessesFormsOneHistory() throws Exception {
        prove(Stores.objects(dir), Integer.getInteger("proof.seconds", 20));
    }

    @Test
    @Tag("campaign")
    void outputOfLongRunningProcessesFormsOneHistory() throws Exception {
        prove(Stores.objects(dir), Integer.getInteger("proof.seconds", 600));
    }

    @Test
    @Tag("rgw")
    void outputOfProcessesOnS3ServerFormsOneHistory() throws Exception {
        String uri = System.getProperty("s3.uri");
        assumeThat(uri).as("-Ds3.uri=s3://bucket/prefix?...").isNotNull();
        prove(Stores.below(uri, "proof" + dir.getFileName()), Integer.getInteger("proof.seconds", 30));
    }

    private void prove(String storage, int seconds) throws Exception {
        long seed = Long.getLong("proof.seed", System.nanoTime());
        ProofLedger ledger = new ProofLedger();
        Stores.close(openAsReader(storage)); // creates the store, and probes the bucket, once
        try (ProofDriver driver = new ProofDriver(storage, dir, ledger, seed)) {
            try {
                driver.run(seconds);
                driver.killAll();
                readAll(storage, driver.wals(), ledger);
                assertThat(ledger.counts()).as("said").containsKeys("ack", "together", "read", "own");
                if (driver.hadAllFaults()) {
                    assertThat(ledger.counts()).as("said").containsKeys("closed", "trimmed", "taken");
                }
                Stores.verifyDeep(storage);
            } catch (Throwable e) {
                throw new AssertionError(e.getMessage() + "; " + said(seed, driver, ledger), e);
            }
            System.out.println("proof of " + seconds + " s, " + said(seed, driver, ledger));
        }
        WatchedParts.awaitNoThreads();
    }

    private static String said(long seed, ProofDriver driver, ProofLedger ledger) {
        return "-Dproof.seed=" + seed + ", did " + driver.done() + ", received " + ledger.counts();
    }

    /** A fourth node takes over all remaining nodes and reads everything. */
    private void readAll(String storage, List<String> wals, ProofLedger ledger) {
        StreamStore store = openAsReader(storage);
        for (NodeInfo node : Stores.get(store.listNodes())) {
            if (node.id() != 99 && node.isOpen()) {
                Stores.get(store.takeOver(
                        node.id(),
                        TakeOverOptions.defaults()
                                .walUris(wals.stream().map(URI::create).toList())));
            }
        }
        await("release of all WALs").untilAsserted(() -> {
            for (NodeInfo node : Stores.get(store.listNodes())) {
                assertThat(node.isOpen()).as("%s", node).isEqualTo(node.id() == 99);
            }
        });
        for (int i = 0; i < ProofNode.STREAMS; i++) {
            Stream stream = Stores.own(store, ProofNode.streamName(i));
            read(stream, ledger);
            ledger.finish(stream.name(), stream.startOffset(), stream.confirmOffset());
        }
        ledger.finishTogether();
        ledger.assertPossible();
        Stores.close(store);
    }

    private static StreamStore openAsReader(String storage) {
        return Stores.open(StreamStore.builder()
                .storage(storage)
                .nodeId(99)
                .wal(Stores.storeWal())
                .config(Stores.compacting()));
    }

    private static void read(Stream stream, ProofLedger ledger) {
        for (long next = stream.startOffset(); next < stream.confirmOffset(); ) {
            ProofWorker.Runs runs = new ProofWorker.Runs(stream.name());
            try (FetchResult result = Stores.get(stream.fetch(next, Long.MAX_VALUE, 1 << 20, FetchOptions.NO_WAIT))) {
                assertThat(result.batches())
                        .as("stream %s at %s", stream.name(), next)
                        .isNotEmpty();
                runs.addAll(result, next);
                next = result.nextOffset();
            }
            String line = runs.line();
            if (line != null) {
                ledger.accept(99, line);
            }
        }
    }
}
