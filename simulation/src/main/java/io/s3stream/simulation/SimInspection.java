package io.s3stream.simulation;

import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RebuildReport.RebuiltStream;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.log.MetadataReader;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.rebuild.LossRule;
import io.s3stream.core.rebuild.StoreRebuilder;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.core.verify.StoreVerifier;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A read-only process. It verifies the store to the last record while other processes continue: the result is always
 * clean. It also rebuilds the metadata from the objects.
 */
public final class SimInspection {

    private static final long MAX_EVENTS = 2_000_000;

    private final Simulator simulator;
    private final SimBucket bucket;

    SimInspection(Simulator simulator, SimBucket bucket) {
        this.simulator = simulator;
        this.bucket = bucket;
    }

    /** Starts a verification. Its future fails with a {@link HistoryViolation} for any finding. */
    CompletableFuture<VerifyReport> begin() {
        return look().thenApply(report -> {
            if (!report.findings().isClean()) {
                throw new HistoryViolation(
                        "verify: " + report.findings().list().get(0).message());
            }
            return report;
        });
    }

    /** Starts a verification whose findings the caller judges. */
    CompletableFuture<VerifyReport> look() {
        SimNode inspector = inspector();
        SimObjectStorage storage = storage(inspector);
        return new StoreVerifier(
                        inspector, storage, register(storage), SimConfig.metadata(), 2, VerifyOptions.everything())
                .verify()
                .thenApply(report -> {
                    simulator.count("verified");
                    if (storage.contentBytesHeld() != 0) {
                        throw new HistoryViolation(
                                "verified, and " + storage.contentBytesHeld() + " bytes that were read are still held");
                    }
                    return report;
                });
    }

    /** Runs a verification to its end. */
    VerifyReport verify() {
        return join(begin(), "the verification of the store");
    }

    /**
     * Rebuilds the metadata of a closed store and compares it with the store's own. Every stream has the same end. It
     * has the same start or an earlier one, because objects do not record trims [R23].
     */
    void rebuild() {
        SimNode inspector = inspector();
        SimObjectStorage storage = storage(inspector);
        MetadataState state = join(
                        MetadataReader.read(
                                inspector,
                                inspector.serialContext("inspection"),
                                storage,
                                register(storage),
                                SimConfig.metadata()),
                        "the metadata")
                .orElseThrow();
        RebuildReport report = join(
                new StoreRebuilder(inspector, storage, null, 2, RebuildOptions.dryRun(), new LossRule()).rebuild(),
                "the rebuild");
        simulator.count("rebuilt");
        for (Finding found : report.findings().list()) {
            if (found.kind().isProblem() && found.kind() != Finding.Kind.HOLE) {
                throw new HistoryViolation("rebuild: " + found.message());
            }
        }
        Map<Long, RebuiltStream> rebuilt =
                report.streams().stream().collect(Collectors.toMap(RebuiltStream::id, Function.identity()));
        for (StreamMetadata stream : state.streams("")) {
            RebuiltStream found = rebuilt.get(stream.id());
            boolean isRight = stream.ranges().isEmpty()
                    || (found != null
                            && found.end() == stream.committedEnd()
                            && found.start() <= stream.startOffset()
                            && found.epoch() <= stream.epoch());
            if (!isRight) {
                throw new HistoryViolation("rebuild: stream=" + stream.id() + " has [" + stream.startOffset() + ", "
                        + stream.committedEnd() + ") in epoch " + stream.epoch() + ", rebuilt is " + found);
            }
        }
    }

    private SimNode inspector() {
        return new SimNode(simulator, "inspector", step -> false);
    }

    private SimObjectStorage storage(SimNode inspector) {
        return new SimObjectStorage(inspector, bucket, () -> StorageFaults.NONE);
    }

    private static StorageRegister register(SimObjectStorage storage) {
        return new StorageRegister(storage, "meta/head");
    }

    private <T> T join(CompletableFuture<T> future, String what) {
        simulator.runUntil(future::isDone, MAX_EVENTS, what);
        if (future.isCompletedExceptionally()) {
            Throwable error =
                    Findings.unwrap(future.handle((value, failure) -> failure).join());
            throw error instanceof HistoryViolation found ? found : new HistoryViolation(what + " failed: " + error);
        }
        return future.join();
    }
}
