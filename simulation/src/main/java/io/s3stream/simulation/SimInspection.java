package io.s3stream.simulation;

import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.core.verify.StoreVerifier;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.concurrent.CompletableFuture;

/** A process that only verifies the store, to the last record, while the others go on: whatever they do, it is clean. */
final class SimInspection {

    private static final long MAX_EVENTS = 2_000_000;

    private final Simulator simulator;
    private final SimBucket bucket;

    SimInspection(Simulator simulator, SimBucket bucket) {
        this.simulator = simulator;
        this.bucket = bucket;
    }

    /** Begins one; the future fails with a {@link HistoryViolation} for what is found. */
    CompletableFuture<VerifyReport> begin() {
        SimNode inspector = new SimNode(simulator, "inspector", step -> false);
        SimObjectStorage storage = new SimObjectStorage(inspector, bucket, () -> StorageFaults.NONE);
        return new StoreVerifier(
                        inspector,
                        storage,
                        new StorageRegister(storage, "meta/head"),
                        SimConfig.metadata(),
                        2,
                        VerifyOptions.everything())
                .verify()
                .thenApply(report -> {
                    simulator.count("verified");
                    if (!report.findings().isClean()) {
                        throw new HistoryViolation(
                                "verify: " + report.findings().list().get(0).message());
                    }
                    if (storage.contentBytesHeld() != 0) {
                        throw new HistoryViolation(
                                "verified, and " + storage.contentBytesHeld() + " bytes that were read are still held");
                    }
                    return report;
                });
    }

    /** Runs one to its end. */
    VerifyReport run() {
        CompletableFuture<VerifyReport> report = begin();
        simulator.runUntil(report::isDone, MAX_EVENTS, "the verification of the store");
        if (report.isCompletedExceptionally()) {
            Throwable error =
                    Findings.unwrap(report.handle((value, failure) -> failure).join());
            throw error instanceof HistoryViolation found
                    ? found
                    : new HistoryViolation("the store cannot be verified: " + error);
        }
        return report.join();
    }
}
