package io.s3stream.simulation.world;

import io.s3stream.core.metadata.log.MetadataReader;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads the present metadata of a bucket, in a world of its own that does not disturb the history. Stateless. */
public final class HeadReader {

    private static final long MAX_EVENTS = 200_000;

    private HeadReader() {}

    /** @throws HistoryViolation if the metadata cannot be read */
    public static MetadataState read(SimBucket bucket) {
        Simulator aside = new Simulator(1);
        SimNode reader = new SimNode(aside, "watch", step -> false);
        SimObjectStorage storage = new SimObjectStorage(reader, bucket, () -> StorageFaults.NONE);
        CompletableFuture<Optional<MetadataState>> read = MetadataReader.read(
                reader,
                reader.serialContext("watch"),
                storage,
                new StorageRegister(storage, "meta/head"),
                SimConfig.metadata());
        aside.runUntil(read::isDone, MAX_EVENTS, "the metadata");
        if (read.isCompletedExceptionally()) {
            throw new HistoryViolation("metadata cannot be read: "
                    + read.handle((state, error) -> error).join());
        }
        return read.join().orElseThrow();
    }
}
