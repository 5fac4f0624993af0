package io.s3stream.wal.block;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.ring.TailJudge;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A generation on a small medium, written through the real writer: the order of the writes, the acknowledgements that
 * each frame knew of, and the trim position at each write.
 */
final class History {

    static final URI URI_OF_MEDIUM = URI.create("block:///memory?capacity=128KiB&maxInFlight=4&maxInFlightBytes=64KiB");
    static final int MAX_IN_FLIGHT = 4;
    static final int FRAME = 16 << 10;

    /** The content of payloads. */
    interface Payloads {
        byte[] next(Frames before, Random random);
    }

    /** A frame in flight. {@code trimmed}: the anchor of the free space when the frame was issued. */
    record Issue(Frames.Written frame, MemoryMedium.Write write, WalAnchor trimmed) {}

    final byte[] before;
    final byte[] prepared;
    final List<MemoryMedium.Write> preparation;
    final WalDescriptor descriptor;
    final Frames frames;
    final List<Issue> issues = new ArrayList<>();

    /** The image with all writes applied. */
    final byte[] after;

    /**
     * @param before the medium's bytes
     * @param walEpoch of the generation; its sequences begin at 100 × epoch
     */
    History(byte[] before, long walEpoch, int count, Random random, Payloads payloads) {
        this.before = before;
        InlineRuntime runtime = new InlineRuntime();
        for (int i = 0; i < walEpoch; i++) {
            runtime.randomLong(); // each generation has its own nonce
        }
        MemoryMedium memory = new MemoryMedium(before.clone());
        WalContext context = Wal.context(runtime, FRAME);
        try (WalMedium medium = Wal.attach(new BlockWalProvider(memory), URI_OF_MEDIUM, AttachMode.CREATE, context)) {
            descriptor = Wal.get(medium.prepare(walEpoch));
            prepared = memory.image.clone();
            preparation = List.copyOf(memory.writes);
            memory.writes.clear();
            frames = new Frames(descriptor, Wal.NODE, 100 * walEpoch);
            try (WriteAheadLog log = medium.create(descriptor, 100 * walEpoch)) {
                run(log, memory, count, random, payloads);
            }
        }
        after = memory.image;
    }

    private void run(WriteAheadLog log, MemoryMedium memory, int count, Random random, Payloads payloads) {
        int trimmed = 0;
        long acked = frames.start().sequence();
        while (issues.size() < count) {
            long next = frames.last().sequence() + 1;
            acked = Math.max(acked, next - MAX_IN_FLIGHT);
            acked += random.nextInt((int) (next - acked));
            WalFrame frame = frames.next(log, payloads.next(frames, random), acked);
            while (frame == null) {
                trimmed = Math.min(trimmed + 1 + random.nextInt(3), (int)
                        (acked - frames.start().sequence()));
                log.trim(frames.written.get(trimmed - 1).end());
                frame = frames.next(log, payloads.next(frames, random), acked);
            }
            Wal.get(log.append(frame));
            WalAnchor anchor = trimmed == 0
                    ? frames.start()
                    : frames.written.get(trimmed - 1).anchor();
            issues.add(new Issue(
                    frames.written.get(frames.written.size() - 1),
                    memory.writes.get(memory.writes.size() - 1),
                    anchor));
        }
    }

    /** Random bytes of a random length. */
    static byte[] randomPayload(Frames before, Random random) {
        byte[] payload = new byte[1 + random.nextInt(FRAME - 200)];
        random.nextBytes(payload);
        return payload;
    }

    /** Copies of whole frames of this WAL, at positions where a frame could begin. */
    static byte[] framesAsPayload(Frames before, Random random) {
        byte[] payload = new byte[FRAME - 200];
        random.nextBytes(payload);
        int headers = 72 + 48;
        for (int at = BlockDevice.ALIGNMENT - headers; at < payload.length && !before.written.isEmpty(); ) {
            int back = Math.min(before.written.size(), 1 + random.nextInt(6));
            byte[] copy = before.written.get(before.written.size() - back).bytes();
            System.arraycopy(copy, 0, payload, at, Math.min(copy.length, payload.length - at));
            at += copy.length;
        }
        return payload;
    }

    /** Attaches an image like a new process, fences and replays. */
    List<Wal.Read> recover(byte[] image, WalAnchor after, TailJudge judge) {
        MemoryMedium memory = new MemoryMedium(image);
        BlockWalProvider provider = new BlockWalProvider(memory, judge);
        UnpooledByteBufAllocator memoryInUse = new UnpooledByteBufAllocator(true, true); // counts, instead of tracing
        WalContext context = Wal.context(new InlineRuntime(), FRAME, memoryInUse);
        try (WalMedium medium = Wal.attach(provider, URI_OF_MEDIUM, AttachMode.EXISTING, context)) {
            return Wal.fenceAndReplay(medium, descriptor, after);
        } finally {
            if (memoryInUse.metric().usedDirectMemory() != 0) {
                throw new AssertionError(memoryInUse.metric() + " after a recovery");
            }
        }
    }

    /**
     * Checks a recovery: equal bytes, no gap, no frame that was never issued, every frame up to {@code acked}.
     *
     * @return the number of recovered frames
     */
    int verify(List<Wal.Read> recovered, WalAnchor after, long acked) {
        long first = frames.start().sequence() + 1;
        long next = after.sequence() + 1;
        for (Wal.Read read : recovered) {
            if (read.sequence() != next || next - first >= frames.written.size()) {
                throw new AssertionError("sequence " + read.sequence() + " where " + next + " was expected");
            }
            Frames.Written written = frames.written.get((int) (next - first));
            if (read.end() != written.end()
                    || read.chain() != written.chain()
                    || !Arrays.equals(
                            read.bytes(), 0, 72 + written.bodyBytes(), written.bytes(), 0, 72 + written.bodyBytes())) {
                throw new AssertionError("frame " + next + " differs from the written frame");
            }
            next++;
        }
        if (next <= acked) {
            throw new AssertionError("recovered up to " + (next - 1) + ", but " + acked + " was acknowledged");
        }
        return recovered.size();
    }
}
