package io.s3stream.wal.s3.fence;

import io.s3stream.spi.storage.ObjectSummary;

/**
 * What of a released generation is deleted. Not final, so that a test can leave the rule out and show what is lost.
 * Stateless.
 *
 * <p><b>Why markers stay for ever (L1).</b> Put-if-absent forgets a key that is deleted. A fenced writer may be paused for
 * any time before its PUT of the sequence M where the marker stands; if the marker were gone, the PUT would succeed, all
 * before it would have, and M would be acknowledged although no replay ever saw it. With the marker there, M collides
 * whenever it comes, and because appends complete in order, so does everything after it, also what was written behind the
 * marker or could be written there again.
 *
 * <p><b>Why frames may go.</b> Frames before M were replayed and committed. A writer whose late PUT re-creates one of them
 * acknowledges what is committed, which is true. Frames behind M are never acknowledged and never replayed. Without any
 * marker the generation was ended by its own writer, and nobody else has ever written to it.
 */
public class ReleaseRules {

    /** Whether an object of a released generation goes. */
    public boolean isDeleted(ObjectSummary object) {
        return WalKeys.sequence(object.key()) >= 0 && !WalKeys.looksLikeMarker(object);
    }
}
