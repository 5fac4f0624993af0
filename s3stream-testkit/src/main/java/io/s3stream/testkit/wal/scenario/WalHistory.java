package io.s3stream.testkit.wal.scenario;

import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Records the actions of openers, and checks these rules:
 *
 * <ul>
 *   <li>A frame that was acknowledged, in order and under a registered generation, is committed, or found by each later
 *       opener with the same bytes.
 *   <li>A later opener's replay is a run of sequences without gaps, whose generations never fall.
 *   <li>No acknowledged frame is behind a sealed end.
 *   <li>A sequence is acknowledged or committed under a single generation.
 *   <li>A frame <em>issued</em> after a newer opener's fence had returned is never acknowledged.
 * </ul>
 *
 * <p>A paused opener may learn only after a newer opener's fence that a frame became durable before the fence. Its late
 * acknowledgement is correct if that frame is in every later replay.
 *
 * <p>Owns the history and the first violation, which the scenario throws. An exception within an event would look like
 * an opener's failure.
 */
final class WalHistory {

    /** A frame that an opener found. */
    record Recovered(long walEpoch, WalSession.Read frame) {}

    private record Acked(long walEpoch, long nodeEpoch) {}

    /** The frames that an opener found, while its registration was the newest. */
    private record Recovery(long nodeEpoch, long committed, Map<Long, Long> epochOfSequence) {}

    private final Simulator simulator;
    private final Map<Long, WalFrames> framesOfEpoch = new HashMap<>();
    private final TreeMap<Long, Acked> acked = new TreeMap<>();
    private final List<Recovery> recoveries = new ArrayList<>();
    private final Map<Long, Long> sealedEnds = new HashMap<>();
    private final TreeMap<Long, Long> committedEpochs = new TreeMap<>();
    private long fencedBelow;
    private @Nullable String violation;

    WalHistory(Simulator simulator) {
        this.simulator = simulator;
    }

    /** Returns the first violation, or null. */
    @Nullable
    String violation() {
        return violation;
    }

    void violated(String what) {
        if (violation == null) {
            violation = "seed " + simulator.seed() + " at " + simulator.now() / 1_000_000 + " ms: " + what;
        }
    }

    int ackedFrames() {
        return acked.size();
    }

    /** Notes the frames that a writer issues to a registered generation. */
    void began(WalFrames frames) {
        framesOfEpoch.put(frames.descriptor().walEpoch(), frames);
    }

    /**
     * Notes that all fences of an opener have returned. Frames that older openers issue later must not be acknowledged.
     */
    void fenced(long nodeEpoch) {
        fencedBelow = Math.max(fencedBelow, nodeEpoch);
    }

    /** Returns whether a newer opener has fenced this one. */
    boolean isFenced(long nodeEpoch) {
        return nodeEpoch < fencedBelow;
    }

    void acked(long nodeEpoch, long walEpoch, long sequence, boolean issuedAfterFence) {
        String frame = "frame " + sequence + " of walEpoch " + walEpoch;
        if (issuedAfterFence) {
            violated(frame + " was issued after a newer opener's fence had returned, and acknowledged");
        }
        if (isFenced(nodeEpoch)) {
            simulator.count("acknowledged after the fence, and durable before it");
        }
        Acked before = acked.put(sequence, new Acked(walEpoch, nodeEpoch));
        if (before != null) {
            violated(frame + " was acknowledged, and so was the frame of walEpoch " + before.walEpoch());
        }
        Long end = sealedEnds.get(walEpoch);
        if (end != null && end < sequence) {
            violated(frame + " was acknowledged, but the generation had been sealed at " + end);
        }
        Long committed = committedEpochs.get(sequence);
        if (committed != null && committed != walEpoch) {
            violated(frame + " was acknowledged, but the committed frame is of walEpoch " + committed);
        }
        recoveries.forEach(recovery -> requireFound(recovery, sequence, walEpoch, nodeEpoch));
    }

    private void requireFound(Recovery recovery, long sequence, long walEpoch, long nodeEpoch) {
        if (recovery.nodeEpoch() > nodeEpoch && recovery.committed() < sequence) {
            Long found = recovery.epochOfSequence().get(sequence);
            if (found == null || found != walEpoch) {
                violated(
                        "frame " + sequence + " of walEpoch " + walEpoch + " was acknowledged, but the opener of epoch "
                                + recovery.nodeEpoch() + " found "
                                + (found == null ? "none" : "the frame of walEpoch " + found)
                                + " after the committed position " + recovery.committed());
            }
        }
    }

    /** Notes that an opener whose registration is the newest has completed its replay. */
    void recovered(long nodeEpoch, long committed, List<Recovered> found) {
        Map<Long, Long> epochs = new HashMap<>();
        long sequence = committed;
        long walEpoch = 0;
        for (Recovered one : found) {
            WalSession.Read frame = one.frame();
            if (frame.sequence() != sequence + 1) {
                violated(
                        "the opener of epoch " + nodeEpoch + " found frame " + frame.sequence() + " after " + sequence);
            }
            if (one.walEpoch() < walEpoch) {
                violated("the opener of epoch " + nodeEpoch + " found frame " + frame.sequence() + " of walEpoch "
                        + one.walEpoch() + " after a frame of walEpoch " + walEpoch);
            }
            sequence = frame.sequence();
            walEpoch = one.walEpoch();
            requireSame(one);
            epochs.put(sequence, walEpoch);
        }
        Recovery recovery = new Recovery(nodeEpoch, committed, epochs);
        recoveries.add(recovery);
        acked.tailMap(committed, false)
                .forEach((number, ack) -> requireFound(recovery, number, ack.walEpoch(), ack.nodeEpoch()));
        simulator.count(found.isEmpty() ? "recovery of nothing" : "recovery of frames");
    }

    private void requireSame(Recovered found) {
        WalSession.Read frame = found.frame();
        WalFrames frames = framesOfEpoch.get(found.walEpoch());
        long index = frames == null ? -1 : frame.sequence() - frames.start().sequence() - 1;
        if (frames == null || index < 0 || index >= frames.written().size()) {
            violated(
                    "frame " + frame.sequence() + " of walEpoch " + found.walEpoch() + " was found, but never written");
            return;
        }
        WalFrames.Written written = frames.written().get((int) index);
        if (!frame.anchor().equals(written.anchor()) || !Arrays.equals(frame.bytes(), written.bytes())) {
            violated("frame " + frame.sequence() + " of walEpoch " + found.walEpoch()
                    + " differs from the written frame: " + frame.anchor() + ", but " + written.anchor());
        }
    }

    /** Notes a sealed end that is in the metadata. */
    void sealed(long walEpoch, long end) {
        sealedEnds.put(walEpoch, end);
        acked.tailMap(end, false).forEach((sequence, ack) -> {
            if (ack.walEpoch() == walEpoch) {
                violated("walEpoch " + walEpoch + " was sealed at " + end + ", but frame " + sequence
                        + " had been acknowledged");
            }
        });
    }

    /** Notes that the frames up to {@code to} are in object storage. */
    void committed(long from, long to, long walEpoch) {
        for (long sequence = from + 1; sequence <= to; sequence++) {
            committedEpochs.put(sequence, walEpoch);
            Acked ack = acked.get(sequence);
            if (ack != null && ack.walEpoch() != walEpoch) {
                violated("frame " + sequence + " of walEpoch " + walEpoch + " was committed, but the frame of walEpoch "
                        + ack.walEpoch() + " had been acknowledged");
            }
        }
    }
}
