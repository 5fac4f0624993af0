package io.s3stream.core.collect;

import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.layout.ObjectKeys.DataKey;
import org.jspecify.annotations.Nullable;

/**
 * Decides which keys are settled. No process can commit an object of a settled key. If the metadata do not name such an
 * object, it is an orphan forever [R22]. Time never decides this: a PUT may take hours before its commit. Not final, so
 * that tests can break it on purpose.
 */
public class OrphanRule {

    /**
     * Returns whether an object stays although the metadata do not name it, until an operator releases it [R42]. This
     * applies to objects written before the metadata were rebuilt, because the rebuild may not have been able to read
     * them.
     */
    public boolean isKept(DataKey key, RebuildMark mark) {
        return mark.covers(key);
    }

    /**
     * Returns whether a key is settled.
     *
     * @param own keys that this process had in flight, taken before the state was read. The state contains every commit
     *     of a key that was released by then
     * @param nodeEpoch epoch of the key's node in that state, or null for an unknown node. For a removed node, the
     *     lowest epoch that it can get. Commits of older epochs are either in the state or refused
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
