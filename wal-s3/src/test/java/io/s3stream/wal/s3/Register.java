package io.s3stream.wal.s3;

import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Takes the place of the metadata of one node, and knows all actions of its writers: the checker. Its operations are
 * atomic.
 */
final class Register {

    /** A generation as the metadata have it. */
    static final class Generation {
        final WalDescriptor descriptor;
        final long first;
        final WalFrames frames;
        long sealedEnd = -1;
        boolean released;

        Generation(WalDescriptor descriptor, long first, WalFrames frames) {
            this.descriptor = descriptor;
            this.first = first;
            this.frames = frames;
        }
    }

    final List<Generation> generations = new ArrayList<>();
    private final TreeMap<Long, byte[]> committed = new TreeMap<>();
    private final TreeMap<Long, byte[]> acked = new TreeMap<>();
    private long nodeEpoch;
    private long position;

    long register() {
        return ++nodeEpoch;
    }

    boolean isCurrent(long epoch) {
        return epoch == nodeEpoch;
    }

    /** The committed position P. */
    long position() {
        return position;
    }

    long acknowledged() {
        return acked.size();
    }

    /** The start of a generation's replay. */
    WalAnchor anchor(Generation generation) {
        return generation.frames.anchor(Math.max(position, generation.first - 1));
    }

    /** Commits if the committer is still the current one. */
    boolean commit(long epoch, Generation generation, long through) {
        if (!isCurrent(epoch)) {
            return false;
        }
        for (long sequence = position + 1; sequence <= through; sequence++) {
            committed.put(sequence, written(generation, sequence));
        }
        position = Math.max(position, through);
        return true;
    }

    /** A writer tells its user that this frame is durable. */
    void acknowledge(Generation generation, long sequence) {
        byte[] bytes = written(generation, sequence);
        byte[] before = acked.put(sequence, bytes);
        if (before != null && !Arrays.equals(before, bytes)) {
            throw new Violation("sequence " + sequence + " was acknowledged twice, with different bytes");
        }
        byte[] there = committed.get(sequence);
        if (there != null && !Arrays.equals(there, bytes)) {
            throw new Violation("sequence " + sequence + " of walEpoch " + generation.descriptor.walEpoch()
                    + " was acknowledged, and its committed bytes differ");
        }
    }

    /** Checks that a replay returned the written frames, in order. */
    static void checkRead(Generation generation, long expected, WalSession.Read read) {
        if (read.sequence() != expected || !Arrays.equals(read.bytes(), written(generation, expected))) {
            throw new Violation("the replay gave sequence " + read.sequence() + " where " + expected + " was written");
        }
    }

    /** Once everything is committed. */
    void checkNothingLost() {
        acked.forEach((sequence, bytes) -> {
            if (!Arrays.equals(bytes, committed.get(sequence))) {
                throw new Violation("sequence " + sequence + " was acknowledged and is lost");
            }
        });
    }

    private static byte[] written(Generation generation, long sequence) {
        return generation
                .frames
                .written()
                .get((int) (sequence - generation.first))
                .bytes();
    }

    /** A violation of the contract. */
    static final class Violation extends AssertionError {
        private static final long serialVersionUID = 1;

        Violation(String message) {
            super(message);
        }
    }
}
