package io.s3stream.core.collect;

import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.layout.ObjectKeys.DataKey;
import org.jspecify.annotations.Nullable;

/**
 * Which keys are settled: nobody commits an object of such a key any more, so that one which the metadata does not have is
 * an orphan for ever [R22]. Never a matter of time: a PUT may take hours, and its commit follow. Not final, so that tests
 * can break it on purpose.
 */
public class OrphanRule {

    /**
     * Whether an object of a key stays although the metadata do not name it, until an operator releases it [R42]: it was
     * written before the metadata were rebuilt, and the rebuild may not have been able to read it.
     */
    public boolean isKept(DataKey key, RebuildMark mark) {
        return mark.covers(key);
    }

    /**
     * Whether a key is settled.
     *
     * @param own what this process had in flight, before the state was read: what was released by then and committed is
     *     in the state
     * @param nodeEpoch the epoch of the key's node in that state, or null if it has none; of a node that was removed the least
     *     epoch that it can get. Commits of older epochs are refused, and those that were not are in the state
     */
    public boolean isSettled(DataKey key, KeysInFlight.Snapshot own, @Nullable Long nodeEpoch) {
        if (nodeEpoch == null || key.nodeEpoch() > nodeEpoch) {
            return false; // registered later, or not of this store
        }
        if (key.nodeEpoch() < nodeEpoch) {
            return true;
        }
        return key.nodeId() == own.nodeId() && key.nodeEpoch() == own.nodeEpoch() && own.isReleased(key.counter());
    }
}
