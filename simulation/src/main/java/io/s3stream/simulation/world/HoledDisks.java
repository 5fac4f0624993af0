package io.s3stream.simulation.world;

import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.wal.ForwardingWalMedium;
import io.s3stream.testkit.wal.ForwardingWalProvider;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.TailJudge;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Disks whose WALs hold frames of faulty software: from some offset on, the records of one stream are at offsets that
 * do not continue it.
 */
public final class HoledDisks extends SimDisks {

    private static final int BASE_OFFSET = 24; // in a record

    private long streamId;
    private long from;
    private long shift;

    public HoledDisks(Simulator simulator) {
        super(simulator);
    }

    /** @param offsets by which the records from {@code first} on are moved. Negative: they overlap the earlier ones */
    public void shift(long stream, long first, long offsets) {
        streamId = stream;
        from = first;
        shift = offsets;
    }

    @Override
    public List<WalProvider> providers(SimNode node, TailJudge judge, FenceRules rules) {
        return super.providers(node, judge, rules).stream()
                .<WalProvider>map(Shifted::new)
                .toList();
    }

    private final class Shifted extends ForwardingWalProvider {

        Shifted(WalProvider wal) {
            super(wal);
        }

        @Override
        public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
            return super.attach(uri, mode, context).thenApply(ShiftedMedium::new);
        }
    }

    private final class ShiftedMedium extends ForwardingWalMedium {

        ShiftedMedium(WalMedium medium) {
            super(medium);
        }

        @Override
        public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
            return super.replay(descriptor, after).thenApply(ShiftedReplay::new);
        }
    }

    private final class ShiftedReplay implements Replay {

        private final Replay replay;

        ShiftedReplay(Replay replay) {
            this.replay = replay;
        }

        @Override
        public CompletableFuture<Optional<ReplayedFrame>> next() {
            return replay.next().thenApply(found -> found.map(this::shifted));
        }

        private ReplayedFrame shifted(ReplayedFrame frame) {
            ByteBuffer bytes = ByteBuffer.allocate(frame.bytes().remaining());
            bytes.put(frame.bytes().duplicate()).flip();
            int end =
                    FrameFormat.HEADER_BYTES + FrameFormat.readHeader(bytes, 0).bodyBytes();
            for (int at = FrameFormat.HEADER_BYTES; at < end; ) {
                long base = RecordFormat.baseOffset(bytes, at);
                if (RecordFormat.streamId(bytes, at) == streamId && base >= from) {
                    bytes.putLong(at + BASE_OFFSET, base + shift);
                }
                at += RecordFormat.encodedBytes(RecordFormat.payloadBytes(bytes, at));
            }
            return new ReplayedFrame(frame.sequence(), frame.endPosition(), frame.checksum(), bytes);
        }

        @Override
        public void close() {
            replay.close();
        }
    }
}
