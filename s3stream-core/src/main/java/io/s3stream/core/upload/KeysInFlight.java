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
 * The keys of this node epoch that were given out and whose commit is not resolved: an object with such a key may be on its
 * way, or there and about to be committed, so no sweep touches it [R22]. Owner of the epoch's counter. Everything that
 * writes data objects takes its keys here and {@linkplain #release releases} each one once: when the commit that names it
 * was applied, or it is certain that there will be none. A key whose commit may still happen is never released; the next
 * node epoch settles it. Thread-safe.
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
     * What was in flight at one moment.
     *
     * @param issued the last counter that had been given out
     * @param inFlight those of them that were not released
     */
    public record Snapshot(int nodeId, long nodeEpoch, long issued, Set<Long> inFlight) {

        public Snapshot {
            inFlight = Set.copyOf(inFlight);
        }

        /** Whether nobody commits or writes an object of this counter any more: it was given out before, and released. */
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

    /** A key that nobody had before, in flight from now on. */
    public synchronized String next() {
        counter = Math.addExact(counter, 1);
        inFlight.add(counter);
        return ObjectKeys.data(nodeId, nodeEpoch, counter);
    }

    /** The keys were committed, or never will be, by anybody. */
    public synchronized void release(Collection<String> keys) {
        for (String key : keys) {
            inFlight.remove(ObjectKeys.parse(key).counter());
        }
    }

    /**
     * Submits the command that commits the objects, and releases their keys when it was answered. Not after any other
     * failure: the answer may have been lost.
     *
     * @return as {@link MetadataClient#submit}
     */
    public CompletableFuture<Accepted> commit(
            MetadataClient metadata, Command command, Collection<UploadedObject> objects) {
        return commitAll(metadata, List.of(command), objects)
                .thenApply(results -> results.get(0).accepted());
    }

    /** As {@link #commit} for several commands in one batch; answers what became of each. */
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
