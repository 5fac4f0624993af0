package io.s3stream.wal.s3.fence;

import io.s3stream.spi.storage.ObjectSummary;

/**
 * Decides which objects of a released generation are deleted. Not final, so that a test can break the rule and show
 * which data is lost. Stateless.
 *
 * <p><b>Why markers are never deleted (L1).</b> Put-if-absent forgets a deleted key. Let M be the sequence of the
 * marker. A fenced writer may pause for any time before its PUT of frame M. If the marker were gone, the PUT would
 * succeed like all PUTs before it, and M would be acknowledged although no replay ever saw it. With the marker, frame M
 * collides at any time. Appends complete in order, so every append after M fails too. That includes frames written
 * behind the marker, before or after the release.
 *
 * <p><b>Why frames may be deleted.</b> Recovery replayed and committed the frames before M. If a late PUT creates one
 * of them again, its writer acknowledges records that are committed, which is correct. Frames behind M are never
 * acknowledged and never replayed. Without a marker, the generation was ended by its own writer, and no other process
 * ever wrote to it.
 */
public class ReleaseRules {

    /** Returns whether the release of a generation deletes the object. */
    public boolean isDeleted(ObjectSummary object) {
        return WalKeys.sequence(object.key()) >= 0 && !WalKeys.looksLikeMarker(object);
    }
}
