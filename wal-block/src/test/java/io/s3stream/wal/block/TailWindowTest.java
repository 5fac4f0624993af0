package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.format.RingGeometry;
import io.s3stream.wal.block.ring.TailJudge;
import io.s3stream.wal.common.LogParts;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The maximum distance between an acknowledged but bad frame and its evidence (R7). It is measured over random
 * histories within the engine's limits, each crashed in the way that hides the evidence best.
 */
class TailWindowTest {

    private static final int BLOCK = BlockDevice.ALIGNMENT;
    private static final int FRAMES = 400;

    private record Limits(int maxFrames, int maxBytes, int frameBytes) {

        long unit() {
            return Math.max(maxBytes, frameBytes);
        }

        WalDescriptor descriptor(long ringBytes) {
            return new WalDescriptor(
                    URI.create("block:///w"), 1, 2, BLOCK, frameBytes, maxFrames, maxBytes, ringBytes, Map.of());
        }
    }

    private record Frame(long position, int bytes, long ackedThrough) {

        long end() {
            return position + bytes;
        }
    }

    @Test
    void evidenceIsAlwaysWithinWindow() {
        for (Limits limits : limits()) {
            for (int seed = 0; seed < 30; seed++) {
                long ring = 16 * limits.unit() + 5 * BLOCK;
                List<Frame> frames = history(limits, new Random(seed), ring);
                long window = new TailJudge().windowBytes(limits.descriptor(ring));
                assertThat(farthest(frames, limits.maxFrames(), 0))
                        .as("%s seed %d", limits, seed)
                        .isLessThanOrEqualTo(window);
                assertThat(farthest(frames, limits.maxFrames(), 1))
                        .as("%s seed %d, the first evidence damaged as well", limits, seed)
                        .isLessThanOrEqualTo(window);
            }
        }
    }

    /** Without this the test would prove nothing: histories come close to the proof's bound. */
    @Test
    void windowOfBytesInFlightMissesEvidence() {
        Limits limits = new Limits(64, 64 * BLOCK, 4 * BLOCK);
        long farthest = 0;
        for (int seed = 0; seed < 30; seed++) {
            farthest = Math.max(
                    farthest, farthest(history(limits, new Random(seed), 16 * limits.unit()), limits.maxFrames(), 0));
        }
        assertThat(farthest).isGreaterThan(limits.unit() * 3 / 2);
    }

    @Test
    void windowDoesNotGrowWithNumberOfFrames() {
        int frame = 64 << 20;
        TailJudge judge = new TailJudge();
        assertThat(judge.windowBytes(new Limits(8, 8 << 20, frame).descriptor(10L << 30)))
                .isEqualTo(judge.windowBytes(new Limits(256, 8 << 20, frame).descriptor(10L << 30)))
                .isEqualTo(4L * frame);
    }

    private static List<Limits> limits() {
        return List.of(
                new Limits(4, 16 * BLOCK, 4 * BLOCK),
                new Limits(64, 16 * BLOCK, 4 * BLOCK),
                new Limits(8, 16 * BLOCK, 64 * BLOCK), // most frames are alone in flight
                new Limits(1, 16 * BLOCK, 16 * BLOCK),
                new Limits(256, 64 * BLOCK, 2 * BLOCK));
    }

    /** Issues as the engine does: within both limits, or alone. Acknowledges late, to have much in flight. */
    private static List<Frame> history(Limits limits, Random random, long ringBytes) {
        RingGeometry ring = new RingGeometry(0, ringBytes, limits.frameBytes());
        List<Frame> frames = new ArrayList<>();
        long next = 0;
        int acked = 0; // frames 0 … acked − 1
        while (frames.size() < FRAMES) {
            int bytes = BLOCK * (1 + random.nextInt(limits.frameBytes() / BLOCK));
            while (frames.size() > acked && !fits(frames, acked, bytes, limits)) {
                acked = random.nextInt(4) == 0 ? frames.size() : acked + 1;
            }
            long position = LogParts.place(next, bytes, ring.ringBytes());
            frames.add(new Frame(position, bytes, acked - 1));
            next = position + bytes;
        }
        return frames;
    }

    private static boolean fits(List<Frame> frames, int acked, int bytes, Limits limits) {
        long inFlight = bytes;
        for (Frame frame : frames.subList(acked, frames.size())) {
            inFlight += frame.bytes();
        }
        return frames.size() - acked < limits.maxFrames() && inFlight <= limits.maxBytes();
    }

    /**
     * For each frame N, and each crash after which a frame proves N's acknowledgement: N is bad, the first
     * {@code alsoBad} frames of evidence are bad, and of the frames then in flight only the last one is whole.
     */
    private static long farthest(List<Frame> frames, int maxFrames, int alsoBad) {
        long farthest = 0;
        for (int bad = 1; bad < frames.size(); bad++) {
            for (int last = bad + 1; last < frames.size(); last++) {
                int evidence = bad + 1;
                while (evidence <= last && frames.get(evidence).ackedThrough() < bad && evidence < bad + maxFrames) {
                    evidence++;
                }
                evidence += alsoBad;
                if (evidence > last) {
                    continue;
                }
                boolean torn = evidence > frames.get(last).ackedThrough();
                long found = frames.get(torn ? last : evidence).position();
                farthest = Math.max(farthest, found - frames.get(bad - 1).end());
                if (!torn) {
                    break; // the evidence is acknowledged, hence whole, from here on
                }
            }
        }
        return farthest;
    }
}
