package io.s3stream.wal.s3.fence;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.s3.fence.PutJudge.Found;
import io.s3stream.wal.s3.fence.PutJudge.Outcome;
import io.s3stream.wal.s3.fence.PutJudge.Settled;
import io.s3stream.wal.s3.request.Listing;
import io.s3stream.wal.s3.request.Requests;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Ends a generation for its writer (R4). First the walk puts a marker far ahead of all listed objects, which stops a
 * running writer. Then it settles every key, ascending from the first uncommitted one: the key holds a frame, or the
 * walk puts a marker there. The writer uses the same conditional write. The first marker ends the walk, also a marker
 * of another fencer. The writer can never write the frame of that sequence, so neither that frame nor a later one is
 * acknowledged.
 *
 * <p>Used once, on the medium's serial context, which owns all state here.
 */
public final class FenceWalk {

    private static final int MAX_ROUNDS = 30;

    private final Requests requests;
    private final WriteOnce writeOnce;
    private final FenceRules rules;
    private final WalDescriptor descriptor;
    private final WalKeys keys;
    private final long fencer;

    public FenceWalk(Requests requests, WriteOnce writeOnce, FenceRules rules, WalDescriptor descriptor, WalKeys keys) {
        this.requests = requests;
        this.writeOnce = writeOnce;
        this.rules = rules;
        this.descriptor = descriptor;
        this.keys = keys;
        this.fencer = requests.runtime().randomLong();
    }

    /**
     * @param from the first sequence that may not be committed
     * @return the sequence of the marker that ends the generation; all keys from {@code from} up to it hold frames
     */
    public CompletableFuture<Long> run(long from) {
        return list(from, from, 0);
    }

    private CompletableFuture<Long> list(long from, long startAt, int round) {
        FenceRules.Listed listed = new FenceRules.Listed(startAt);
        return new Listing(requests)
                .forEach(keys.prefix(), keys.before(startAt), object -> add(listed, object))
                .thenCompose(all -> {
                    if (!rules.needsFarMarker(listed)) {
                        return walk(rules.walkFrom(listed));
                    }
                    return stopWriter(from, listed, round);
                });
    }

    private static void add(FenceRules.Listed listed, ObjectSummary object) {
        long sequence = WalKeys.sequence(object.key());
        if (sequence >= 0) {
            listed.add(sequence, WalKeys.looksLikeMarker(object));
        }
    }

    private CompletableFuture<Long> stopWriter(long from, FenceRules.Listed listed, int round) {
        return mark(rules.farMarker(listed, descriptor.maxInFlight(), round)).thenCompose(settled -> {
            requests.runtime().step("wal.s3.farMarker");
            if (settled.isOurs() || settled.isMarker()) {
                return walk(rules.walkFrom(listed));
            }
            if (round == MAX_ROUNDS) {
                return CompletableFuture.failedFuture(
                        new StorageException(requests + " walEpoch=" + descriptor.walEpoch()
                                + ": its writer stays ahead of this fencing; stop the writer and retry"));
            }
            return list(from, listed.next(), round + 1);
        });
    }

    private CompletableFuture<Long> walk(long sequence) {
        return mark(sequence).thenCompose(settled -> {
            boolean isOwn = settled.isOurs() || isOwn(settled.found());
            if (settled.isOurs() || rules.endsAt(settled.isMarker(), isOwn)) {
                requests.runtime().step("wal.s3.fenced");
                return CompletableFuture.completedFuture(sequence);
            }
            if (settled.outcome() == Outcome.VANISHED) {
                return CompletableFuture.failedFuture(new StorageException("object=" + keys.of(sequence)
                        + " was removed during the fencing: another process is releasing walEpoch="
                        + descriptor.walEpoch()));
            }
            return walk(sequence + 1);
        });
    }

    private boolean isOwn(@Nullable Found found) {
        FenceMarker marker = found == null ? null : found.marker();
        return marker != null && marker.fencer() == fencer;
    }

    private CompletableFuture<Settled> mark(long sequence) {
        FenceMarker marker =
                new FenceMarker(keys.nodeId(), descriptor.walEpoch(), descriptor.nonce(), sequence, fencer);
        return writeOnce.put(keys.of(sequence), marker.encode());
    }
}
