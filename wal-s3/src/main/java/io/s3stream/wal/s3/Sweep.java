package io.s3stream.wal.s3;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.wal.s3.fence.ReleaseRules;
import io.s3stream.wal.s3.fence.WalKeys;
import io.s3stream.wal.s3.request.Listing;
import io.s3stream.wal.s3.request.Requests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Deletes the objects of released generations. A release deletes the opening object last, so its absence proves the
 * release. Frames of a generation without an opening object arrived late and are garbage. The sweep never touches a
 * generation that has an opening object, or that this process needs. It asks for the opening object after it has seen
 * the frames, and concludes nothing from a listing: a writer always writes the opening object before its first frame.
 *
 * <p>Called on the medium's serial context; stateless.
 */
final class Sweep {

    private final Requests requests;
    private final ReleaseRules rules;

    Sweep(Requests requests, ReleaseRules rules) {
        this.requests = requests;
        this.rules = rules;
    }

    /** Deletes a generation's frames, then its opening object. Callers may repeat it. */
    CompletableFuture<Void> release(WalKeys keys) {
        List<String> frames = new ArrayList<>();
        return new Listing(requests)
                .forEach(keys.prefix(), keys.prefix(), object -> collect(object, frames))
                .thenCompose(listed -> delete(frames, 0))
                .thenCompose(gone -> {
                    requests.runtime().step("wal.s3.framesReleased");
                    return delete(List.of(keys.opening()), 0);
                });
    }

    /** @param isNeeded the generations that the sweep must not touch */
    CompletableFuture<Void> sweepLate(int nodeId, Predicate<WalKeys> isNeeded) {
        Map<WalKeys, List<String>> frames = new HashMap<>();
        Set<WalKeys> open = new HashSet<>();
        return new Listing(requests)
                .forEach(WalKeys.node(nodeId), WalKeys.node(nodeId), object -> {
                    WalKeys keys = WalKeys.parse(object.key());
                    if (keys == null || isNeeded.test(keys)) {
                        return;
                    }
                    if (object.key().equals(keys.opening())) {
                        open.add(keys);
                    } else {
                        collect(object, frames.computeIfAbsent(keys, first -> new ArrayList<>()));
                    }
                })
                .thenCompose(listed -> {
                    frames.keySet().removeAll(open);
                    CompletableFuture<Void> swept = CompletableFuture.completedFuture(null);
                    for (Map.Entry<WalKeys, List<String>> late : frames.entrySet()) {
                        swept = swept.thenCompose(before -> deleteIfReleased(late.getKey(), late.getValue()));
                    }
                    return swept;
                });
    }

    private CompletableFuture<Void> deleteIfReleased(WalKeys keys, List<String> frames) {
        if (frames.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return hasOpening(keys)
                .thenCompose(isOpen -> isOpen ? CompletableFuture.completedFuture(true) : hasOpening(keys))
                .thenCompose(isOpen -> isOpen ? CompletableFuture.completedFuture(null) : delete(frames, 0));
    }

    /** Asks for the opening object. The sweep asks twice before it deletes, because a single response may be wrong. */
    private CompletableFuture<Boolean> hasOpening(WalKeys keys) {
        return requests.send("HEAD " + keys.opening(), storage -> storage.head(keys.opening()))
                .thenApply(Optional::isPresent);
    }

    private void collect(ObjectSummary object, List<String> into) {
        if (rules.isDeleted(object)) {
            into.add(object.key());
        }
    }

    private CompletableFuture<Void> delete(List<String> all, int from) {
        if (from >= all.size()) {
            return CompletableFuture.completedFuture(null);
        }
        int to = Math.min(all.size(), from + Trimmer.BATCH);
        return deleteAll(all.subList(from, to), requests.patience()).thenCompose(gone -> delete(all, to));
    }

    /** Deletes keys. A retry contains only the keys that the storage refused (L27). */
    private CompletableFuture<Void> deleteAll(List<String> keys, Requests.Patience patience) {
        Set<String> left = new HashSet<>(keys);
        return requests.send(
                "DELETE of " + keys.size() + " keys",
                patience,
                storage -> storage.delete(List.copyOf(left)).thenAccept(refused -> {
                    left.retainAll(refused.keySet());
                    if (!refused.isEmpty()) {
                        throw new StorageException(refused.size() + " keys were not deleted: "
                                + refused.entrySet().iterator().next());
                    }
                }));
    }
}
