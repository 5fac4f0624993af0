package io.s3stream.wal.block;

import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.wal.WalFrames;
import java.util.ArrayList;
import java.util.List;

/** {@link WalFrames} with short names, for tests that inspect single bytes. */
public final class Frames {

    /** A frame as it was handed to the WAL. */
    record Written(
            long sequence, long position, int frameBytes, int bodyBytes, long ackedThrough, int chain, byte[] bytes) {

        long end() {
            return position + frameBytes;
        }

        WalAnchor anchor() {
            return new WalAnchor(sequence, end(), chain);
        }
    }

    final List<Written> written = new ArrayList<>();
    private final WalFrames frames;

    public Frames(WalDescriptor descriptor, int nodeId, long firstSequence) {
        this.frames = new WalFrames(descriptor, nodeId, firstSequence);
    }

    /** The start of a replay of everything. */
    public WalAnchor start() {
        return frames.start();
    }

    WalAnchor last() {
        return frames.last();
    }

    /** The default payload of frame {@code sequence}. */
    static byte[] payload(long sequence, int bytes) {
        return WalFrames.payload(sequence, bytes);
    }

    /** Reserves and seals the next frame; null when there is no room. */
    public WalFrame next(WriteAheadLog log, int payloadBytes, long ackedThrough) {
        return next(log, payload(last().sequence() + 1, payloadBytes), ackedThrough);
    }

    public WalFrame next(WriteAheadLog log, byte[] payload, long ackedThrough) {
        WalFrame frame = frames.next(log, payload, ackedThrough);
        if (frame != null) {
            WalFrames.Written sealed = frames.written().get(frames.written().size() - 1);
            written.add(new Written(
                    sealed.sequence(),
                    sealed.position(),
                    sealed.frameBytes(),
                    sealed.bodyBytes(),
                    sealed.ackedThrough(),
                    sealed.chain(),
                    sealed.bytes()));
        }
        return frame;
    }
}
