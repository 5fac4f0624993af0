package io.s3stream.wal.s3.fence;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides the meaning of a refused put-if-absent (L2). Either an earlier attempt of this PUT succeeded and its response
 * was lost, or another process was first. Not final, so that a test can break the rule and show which data is lost.
 * Stateless.
 */
public class PutJudge {

    /** The outcome of a PUT. */
    public enum Outcome {
        /** The key holds the content of this PUT. */
        OURS,
        /** The key holds another object. */
        TAKEN,
        /** The key held an object, which is gone. Only a release of the generation removes keys that a writer uses. */
        VANISHED
    }

    /** @param found the object that the key holds instead */
    public record Settled(Outcome outcome, @Nullable Found found) {

        static final Settled WRITTEN = new Settled(Outcome.OURS, null);

        public boolean isOurs() {
            return outcome == Outcome.OURS;
        }

        public boolean isMarker() {
            return found != null && found.marker() != null;
        }
    }

    /** The first bytes of the object that was written first. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Found(byte[] first, long objectSize) {

        @Nullable
        FenceMarker marker() {
            return objectSize == FenceMarker.BYTES && first.length >= FenceMarker.BYTES
                    ? FenceMarker.decodeOrNull(ByteBuffer.wrap(first, 0, FenceMarker.BYTES))
                    : null;
        }
    }

    /**
     * Returns the outcome of a refused PUT.
     *
     * @param identity the first bytes of the content to write
     * @param length the length of the whole content
     * @param found the object at the key; empty if the key, taken a moment ago, is free now
     */
    public Outcome outcome(byte[] identity, long length, Optional<Found> found) {
        if (found.isEmpty()) {
            return Outcome.VANISHED;
        }
        byte[] first = found.get().first();
        boolean same = found.get().objectSize() == length
                && first.length >= identity.length
                && Arrays.equals(identity, 0, identity.length, first, 0, identity.length);
        return same ? Outcome.OURS : Outcome.TAKEN;
    }

    final Settled judge(byte[] identity, long length, Optional<Found> found) {
        return new Settled(outcome(identity, length, found), found.orElse(null));
    }
}
