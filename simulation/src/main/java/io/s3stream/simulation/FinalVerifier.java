package io.s3stream.simulation;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.state.MetadataInvariants;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.history.PositionCheck;
import io.s3stream.simulation.history.StreamHistory;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Keeps the promises to every stream and verifies them at the end: the metadata, all records of all streams, and the
 * appends of each group. Owner of the histories.
 */
public final class FinalVerifier {

    private static final long MAX_EVENTS = 2_000_000;

    private final Simulator simulator;
    private final SimBucket bucket;
    private final SimInspection inspection;
    private final Map<Long, StreamHistory> histories = new TreeMap<>();
    private final List<List<Member>> groups = new ArrayList<>();

    /** An append of a group. */
    public record Member(StreamHistory history, StreamHistory.Attempt attempt) {

        boolean isPresent() {
            return history.isPresent(attempt);
        }

        boolean isMissing() {
            return history.isMissing(attempt);
        }
    }

    public FinalVerifier(Simulator simulator, SimBucket bucket) {
        this.simulator = simulator;
        this.bucket = bucket;
        this.inspection = new SimInspection(simulator, bucket);
    }

    /** Verifies the store as it is in object storage now, while the nodes continue. */
    public CompletableFuture<VerifyReport> inspect() {
        return inspection.begin();
    }

    /** Rebuilds the metadata of the closed store from its objects and compares them. */
    public void verifyRebuild() {
        inspection.rebuild();
    }

    public StreamHistory history(long streamId) {
        return histories.computeIfAbsent(streamId, StreamHistory::new);
    }

    /** Requires that all appends of the group are there, or none. */
    public void belongTogether(List<Member> group) {
        groups.add(group);
    }

    /** @param store without faults */
    public void verify(StreamStore store) {
        checkMetadata();
        inspection.verify();
        for (StreamHistory history : histories.values()) {
            verify(store, history);
        }
        checkGroups();
    }

    /** Reads the metadata with a client that has no earlier state, and checks all invariants. */
    private void checkMetadata() {
        SimNode inspector = new SimNode(simulator, "inspector", step -> false);
        SimObjectStorage storage = new SimObjectStorage(inspector, bucket, () -> StorageFaults.NONE);
        CompletableFuture<MetadataClient> client = MetadataClients.open(
                inspector, storage, new StorageRegister(storage, "meta/head"), SimConfig.metadata());
        simulator.runUntil(client::isDone, MAX_EVENTS, "the inspection of the metadata");
        MetadataInvariants.check(client.join().view());
    }

    private void verify(StreamStore store, StreamHistory history) {
        CompletableFuture<Stream> opened = store.openStream(history.id(), OpenOptions.owner());
        simulator.runUntil(opened::isDone, MAX_EVENTS, "open of stream " + history.id());
        if (opened.isCompletedExceptionally()) {
            if (history.isDeleteRequested()) {
                return;
            }
            throw new HistoryViolation("stream=" + history.id() + " cannot be opened: "
                    + opened.handle((value, error) -> error).join());
        }
        Stream stream = opened.join();
        history.opened(stream.startOffset(), stream.confirmOffset());
        history.openedAs(stream.isSealed(), stream.confirmOffset());
        checkPositions(stream, history);
        long next = stream.startOffset();
        while (next < stream.confirmOffset()) {
            var fetch = stream.fetch(next, Long.MAX_VALUE, 20_000, FetchOptions.NO_WAIT);
            simulator.runUntil(fetch::isDone, MAX_EVENTS, "fetch of stream " + history.id());
            try (var result = fetch.join()) {
                if (result.batches().isEmpty()) {
                    throw new HistoryViolation("stream=" + history.id() + ": nothing at offset " + next
                            + " before the end " + stream.confirmOffset());
                }
                history.fetched(
                        next,
                        stream.confirmOffset(),
                        stream.confirmOffset(),
                        result,
                        history.rewrites().done());
                result.batches().forEach(batch -> checkEpoch(stream, batch));
                next = result.nextOffset();
            } catch (CompletionException e) {
                throw new HistoryViolation("stream=" + history.id() + " offset=" + next + ": " + Findings.unwrap(e));
            }
        }
    }

    /** The metadata have each epoch with the first offset that was appended under it. */
    private static void checkEpoch(Stream stream, FetchedBatch batch) {
        long offset = Math.max(batch.baseOffset(), stream.startOffset());
        long epoch = -1;
        for (Map.Entry<Long, Long> entry : stream.epochs().entrySet()) {
            epoch = entry.getValue() <= offset ? entry.getKey() : epoch;
        }
        if (batch.streamEpoch() != epoch) {
            throw new HistoryViolation("stream=" + stream.id() + " offset=" + offset + ": was appended in epoch "
                    + batch.streamEpoch() + ", but the epochs are " + stream.epochs());
        }
    }

    private void checkPositions(Stream stream, StreamHistory history) {
        CompletableFuture<Void> positions = PositionCheck.run(stream, history, simulator.random());
        simulator.runUntil(positions::isDone, MAX_EVENTS, "positions of stream " + history.id());
        positions
                .exceptionally(error -> {
                    throw Findings.unwrap(error) instanceof HistoryViolation found
                            ? found
                            : new HistoryViolation("stream=" + history.id() + " positions: " + Findings.unwrap(error));
                })
                .join();
    }

    /** Checks that each group is there completely or not at all. */
    private void checkGroups() {
        for (List<Member> group : groups) {
            if (group.stream().anyMatch(Member::isPresent) && group.stream().anyMatch(Member::isMissing)) {
                throw new HistoryViolation(
                        "of appends to " + group.size() + " streams in one frame only some are there");
            }
        }
    }
}
