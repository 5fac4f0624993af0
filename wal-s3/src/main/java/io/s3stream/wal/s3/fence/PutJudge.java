package io.s3stream.wal.s3.fence;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a refused put-if-absent means (L2): an earlier attempt of this very put had succeeded and its response was
 * lost, or somebody else was first. Not final, so that a test can leave the rule out and show what is lost. Stateless.
 */
public class PutJudge {

    /** How a put ended. */
    public enum Outcome {
        /** What is there is what was meant. */
        OURS,
        /** Something else is there. */
        TAKEN,
        /** Something was there and has gone: only the release of a generation removes keys that are being written. */
        VANISHED
    }

    /** @param found what is there instead */
    public record Settled(Outcome outcome, @Nullable Found found) {

        static final Settled WRITTEN = new Settled(Outcome.OURS, null);

        public boolean isOurs() {
            return outcome == Outcome.OURS;
        }

        public boolean isMarker() {
            return found != null && found.marker() != null;
        }
    }

    /** The first bytes of the object that was there first. */
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
     * @param identity the first bytes of what was to be written
     * @param length of all of it
     * @param found empty when the key, taken a moment ago, is free now
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
