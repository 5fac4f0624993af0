package io.s3stream.kafka.cluster;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.kafka.cluster.decisions.Member;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Checks with the metadata whether a broker that has refused a connection still says that it serves clients. A broker that
 * stops says so before it refuses connections, but the watch may tell it later. Thread-safe.
 */
final class RefusalCheck {

    private final StreamStore store;

    /** The brokers whose state is being read. */
    private final Set<Integer> pending = ConcurrentHashMap.newKeySet();

    RefusalCheck(StreamStore store) {
        this.store = store;
    }

    /**
     * Reads the metadata, unless a reading for that broker is in progress.
     *
     * @param refuser as known at the time of the refusal: a later process of the node has not refused anything
     * @param suspect called on any thread if the broker should serve; not if the reading fails, because the next refusal
     *     is checked again
     */
    void check(Member refuser, Consumer<Member> suspect) {
        if (pending.add(refuser.id())) {
            FutureCalls.of(store::snapshot).whenComplete((snapshot, error) -> {
                pending.remove(refuser.id());
                if (error == null && isServing(refuser, snapshot)) {
                    suspect.accept(refuser);
                }
            });
        }
    }

    /** Whether no reading is in progress. */
    boolean isIdle() {
        return pending.isEmpty();
    }

    private static boolean isServing(Member refuser, MetadataSnapshot snapshot) {
        return snapshot.nodes().stream()
                .filter(node -> node.id() == refuser.id() && node.epoch() == refuser.epoch())
                .flatMap(node -> BrokerTags.of(node).stream())
                .anyMatch(BrokerTags::isServing);
    }
}
