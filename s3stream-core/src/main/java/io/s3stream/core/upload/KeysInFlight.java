package io.s3stream.core.upload;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.layout.ObjectKeys;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * The issued keys of this node epoch whose commits are unresolved. An object with such a key may be in flight, or
 * written and about to be committed, so no sweep touches it [R22]. Owns the epoch's counter. Every writer of data
 * objects takes its keys here and {@linkplain #release releases} each one once. It does so after the commit that names
 * the key, or when no commit can follow. A key whose commit may still happen is never released; the next node epoch
 * settles it. Thread-safe.
 */
public final class KeysInFlight {

    private final int nodeId;
    private final long nodeEpoch;
    private final Set<Long> inFlight = new TreeSet<>();
    private long counter;

    public KeysInFlight(int nodeId, long nodeEpoch) {
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
    }

    /**
     * A snapshot of the keys in flight.
     *
     * @param issued the last issued counter
     * @param inFlight the issued counters that were not released
     */
    public record Snapshot(int nodeId, long nodeEpoch, long issued, Set<Long> inFlight) {

        public Snapshot {
            inFlight = Set.copyOf(inFlight);
        }

        /** Returns whether no write or commit of this counter can follow: it was issued before, and released. */
        public boolean isReleased(long counter) {
            return counter <= issued && !inFlight.contains(counter);
        }
    }

    public int nodeId() {
        return nodeId;
    }

    public long nodeEpoch() {
        return nodeEpoch;
    }

    /** Returns a new key, which is in flight from now on. */
    public synchronized String next() {
        counter = Math.addExact(counter, 1);
        inFlight.add(counter);
        return ObjectKeys.data(nodeId, nodeEpoch, counter);
    }

    /** Releases keys that were committed, or that no process will commit. */
    public synchronized void release(Collection<String> keys) {
        for (String key : keys) {
            inFlight.remove(ObjectKeys.parse(key).counter());
        }
    }

    /**
     * Submits the command that commits the objects, and releases their keys after the answer. A failure does not
     * release them, because the answer may have been lost.
     *
     * @return as {@link MetadataClient#submit}
     */
    public CompletableFuture<Accepted> commit(
            MetadataClient metadata, Command command, Collection<UploadedObject> objects) {
        return commitAll(metadata, List.of(command), objects)
                .thenApply(results -> results.get(0).accepted());
    }

    /** Commits like {@link #commit}, with several commands in one batch. Returns the result of each. */
    CompletableFuture<List<CommandResult>> commitAll(
            MetadataClient metadata, List<Command> commands, Collection<UploadedObject> objects) {
        return metadata.submitAll(commands).thenApply(results -> {
            release(objects.stream().map(UploadedObject::key).toList());
            return results;
        });
    }

    public synchronized Snapshot snapshot() {
        return new Snapshot(nodeId, nodeEpoch, counter, inFlight);
    }
}
