package io.s3stream.wal.nfs;

import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.common.LogReplay;
import io.s3stream.wal.common.LogSource;
import io.s3stream.wal.nfs.directory.MediumIo;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads a generation's segments for its replay. At most one segment is open, and its chunks are read in sequence. The
 * read in flight owns the open segment; the caller owns all other state.
 */
final class SegmentSource implements LogSource {

    private final MediumIo io;
    private final LogFiles log;
    private final WalDescriptor descriptor;
    private final SegmentGeometry geometry;
    private final TailJudge judge;

    /** The latest read that began. */
    private CompletableFuture<Void> lastRead = CompletableFuture.completedFuture(null);

    private @Nullable NfsFile segment;
    private long segmentNumber = -1;

    private SegmentSource(MediumIo io, LogFiles log, WalDescriptor descriptor, TailJudge judge) {
        this.io = io;
        this.log = log;
        this.descriptor = descriptor;
        this.geometry = SegmentGeometry.of(descriptor);
        this.judge = judge;
    }

    /** @param end the position after the last segment */
    static Replay replay(
            MediumIo io, LogFiles log, WalDescriptor descriptor, WalAnchor after, long end, TailJudge judge) {
        return new LogReplay(new SegmentSource(io, log, descriptor, judge), descriptor, after, end, io.allocator());
    }

    @Override
    public long partBytes() {
        return geometry.segmentBytes();
    }

    /** Reads after all earlier reads. A failed read fails all later ones. */
    @Override
    public CompletableFuture<Void> read(long from, ByteBuffer target) {
        lastRead = lastRead.thenCompose(before -> io.submit("wal-read", () -> {
            LogFiles.readFully(segment(geometry.segment(from)), target, geometry.offset(from));
            return null;
        }));
        return lastRead;
    }

    @Override
    public long last() {
        return Long.MAX_VALUE; // unknown: the existing segments, which the fencing settled, limit the replay
    }

    @Override
    public CompletableFuture<Void> settle(long sequence, long position) {
        return io.submit("wal-tail-scan", () -> {
            new TailScan(io, log, descriptor, judge).check(sequence + 1, position);
            return null;
        });
    }

    /** Closes the open segment after the last read. */
    @Override
    public void close() {
        // The medium is still attached, because it is closed after its replays.
        lastRead.whenComplete((done, failed) -> io.submit("wal-read-close", () -> {
            closeSegment();
            return null;
        }));
    }

    private @Nullable NfsFile segment(long number) throws IOException {
        if (number != segmentNumber) {
            closeSegment();
            segment = log.openSegment(number);
            segmentNumber = number;
        }
        return segment;
    }

    private void closeSegment() throws IOException {
        if (segment != null) {
            segment.close();
            segment = null;
        }
    }
}
