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
 * What openers did, and the judgement of it. Every frame that was acknowledged, in order and under a registered generation,
 * must be committed or found by each later opener, with the same bytes; a later opener's replay is a gapless run of
 * sequences whose generations never fall; a sealed end never cuts an acknowledged frame off; one sequence is acknowledged
 * or committed under one generation only.
 *
 * <p>An opener that was paused may hear only after a newer one's fence that a frame of its own had become durable before
 * it. Its late acknowledgement is right if that frame is in every later replay. A frame <em>issued</em> after the fence
 * had returned must never be acknowledged.
 *
 * <p>Owner of the history and of the first violation, which the scenario throws: an exception in the middle of an event
 * would be taken for an opener's failure.
 */
final class WalHistory {

    /** A frame that an opener found. */
    record Recovered(long walEpoch, WalSession.Read frame) {}

    private record Acked(long walEpoch, long nodeEpoch) {}

    /** What an opener found, while its registration was the newest. */
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

    /** The first thing that went wrong, if any. */
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

    /** Frames of a registered generation are issued from here. */
    void began(WalFrames frames) {
        framesOfEpoch.put(frames.descriptor().walEpoch(), frames);
    }

    /** An opener's fences have all returned: older ones are not acknowledged any more. */
    void fenced(long nodeEpoch) {
        fencedBelow = Math.max(fencedBelow, nodeEpoch);
    }

    /** Whether a newer opener has fenced this one. */
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
            violated(frame + " was acknowledged, as was that of walEpoch " + before.walEpoch());
        }
        Long end = sealedEnds.get(walEpoch);
        if (end != null && end < sequence) {
            violated(frame + " was acknowledged, but the generation had been sealed at " + end);
        }
        Long committed = committedEpochs.get(sequence);
        if (committed != null && committed != walEpoch) {
            violated(frame + " was acknowledged, but the one committed is of walEpoch " + committed);
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
                                + (found == null ? "none" : "that of walEpoch " + found)
                                + " after the committed position " + recovery.committed());
            }
        }
    }

    /** An opener whose registration is the newest has replayed everything. */
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
                        + one.walEpoch() + " after one of " + walEpoch);
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
            violated("frame " + frame.sequence() + " of walEpoch " + found.walEpoch() + " is not what was written: "
                    + frame.anchor() + ", but " + written.anchor());
        }
    }

    /** The sealed end is in the metadata. */
    void sealed(long walEpoch, long end) {
        sealedEnds.put(walEpoch, end);
        acked.tailMap(end, false).forEach((sequence, ack) -> {
            if (ack.walEpoch() == walEpoch) {
                violated("walEpoch " + walEpoch + " was sealed at " + end + ", but frame " + sequence
                        + " had been acknowledged");
            }
        });
    }

    /** The frames up to {@code to} are in object storage. */
    void committed(long from, long to, long walEpoch) {
        for (long sequence = from + 1; sequence <= to; sequence++) {
            committedEpochs.put(sequence, walEpoch);
            Acked ack = acked.get(sequence);
            if (ack != null && ack.walEpoch() != walEpoch) {
                violated("frame " + sequence + " of walEpoch " + walEpoch + " was committed, but the one of walEpoch "
                        + ack.walEpoch() + " had been acknowledged");
            }
        }
    }
}
