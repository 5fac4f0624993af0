package io.s3stream.simulation;

import io.s3stream.core.collect.CollectRules;
import io.s3stream.core.collect.OrphanRule;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.layout.ObjectKeys.DataKey;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The engine with one rule broken each time that decides which object is deleted, and when. */
public final class DeletionMutants {

    private DeletionMutants() {}

    /** R21: a retired object is deleted when it is first seen. */
    public static SimEngine deleteWithoutGrace(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public CollectRules collectRules() {
                return new CollectRules() {
                    @Override
                    public boolean mayDelete(long waitedNanos, long graceNanos, boolean isOwn) {
                        return true;
                    }
                };
            }
        };
    }

    /** The metadata forget an object before it is deleted. */
    public static SimEngine forgetBeforeDelete(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public CollectRules collectRules() {
                return new CollectRules() {
                    @Override
                    public CompletableFuture<Void> remove(
                            List<ObjectMetadata> objects,
                            Function<List<ObjectMetadata>, CompletableFuture<List<ObjectMetadata>>> delete,
                            Function<List<ObjectMetadata>, CompletableFuture<Void>> forget) {
                        return forget.apply(objects)
                                .thenCompose(nothing -> delete.apply(objects))
                                .thenAccept(gone -> {});
                    }
                };
            }
        };
    }

    /** R22: an object that is not committed within a time counts as an orphan. */
    public static SimEngine sweepByAge(SimNode node, SimDisks disks) {
        Map<DataKey, Long> firstSeen = new HashMap<>();
        return new SimEngine(node, disks) {
            @Override
            public OrphanRule orphanRule() {
                return new OrphanRule() {
                    @Override
                    public boolean isSettled(DataKey key, KeysInFlight.Snapshot own, @Nullable Long nodeEpoch) {
                        long since = firstSeen.computeIfAbsent(key, unseen -> node.nanoTime());
                        return node.nanoTime() - since > 100_000_000;
                    }
                };
            }
        };
    }

    /** R22: a node takes its own objects for orphans while their commit is in flight. */
    public static SimEngine sweepOwnInFlight(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public OrphanRule orphanRule() {
                return new OrphanRule() {
                    @Override
                    public boolean isSettled(DataKey key, KeysInFlight.Snapshot own, @Nullable Long nodeEpoch) {
                        return key.nodeId() == own.nodeId() || super.isSettled(key, own, nodeEpoch);
                    }
                };
            }
        };
    }

    /** R22: objects of another node's present epoch count as orphans. */
    public static SimEngine sweepOthersInFlight(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public OrphanRule orphanRule() {
                return new OrphanRule() {
                    @Override
                    public boolean isSettled(DataKey key, KeysInFlight.Snapshot own, @Nullable Long nodeEpoch) {
                        return key.nodeId() != own.nodeId() || super.isSettled(key, own, nodeEpoch);
                    }
                };
            }
        };
    }
}
