package io.s3stream.wal.block.ring;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.format.RingGeometry;
import io.s3stream.wal.common.LogReplay;
import io.s3stream.wal.common.LogSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a generation's ring for its replay. The replay never goes further than one lap from the anchor, because the
 * anchor's own lap begins there again. Several reads may be in flight. Stateless.
 */
public final class RingSource implements LogSource {

    private final MediumIo io;
    private final WalDescriptor descriptor;
    private final RingGeometry geometry;
    private final TailJudge judge;
    private final ReplayEnd end;
    private final long limit;

    private RingSource(MediumIo io, WalDescriptor descriptor, TailJudge judge, ReplayEnd end, long limit) {
        this.io = io;
        this.descriptor = descriptor;
        this.geometry = RingGeometry.of(descriptor);
        this.judge = judge;
        this.end = end;
        this.limit = limit;
    }

    public static Replay replay(
            MediumIo io, WalDescriptor descriptor, WalAnchor after, TailJudge judge, ReplayEnd end) {
        long limit = after.endPosition() + RingGeometry.of(descriptor).ringBytes();
        return new LogReplay(
                new RingSource(io, descriptor, judge, end, limit), descriptor, after, limit, io.allocator());
    }

    @Override
    public long partBytes() {
        return geometry.ringBytes();
    }

    @Override
    public CompletableFuture<Void> read(long from, ByteBuffer target) {
        return io.submit("wal-read", () -> {
            readFully(io, geometry, from, target);
            return null;
        });
    }

    @Override
    public long last() {
        return end.last();
    }

    @Override
    public CompletableFuture<Void> settle(long sequence, long position) {
        return io.submit("wal-tail-scan", () -> {
            new TailScan(io, descriptor, judge).check(sequence + 1, position, limit);
            end.settle(sequence);
            return null;
        });
    }

    @Override
    public void close() {}

    /** Fills {@code target} from positions that do not cross a lap's end. Blocking. */
    static void readFully(MediumIo io, RingGeometry geometry, long position, ByteBuffer target) throws IOException {
        int wanted = target.remaining();
        if (io.device().read(target, geometry.physical(position)) < wanted) {
            throw new StorageException(
                    "block WAL " + io.name() + " is shorter than its ring of " + geometry.ringBytes() + " bytes");
        }
    }
}
