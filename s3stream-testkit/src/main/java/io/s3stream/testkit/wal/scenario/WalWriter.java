package io.s3stream.testkit.wal.scenario;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalLoad;
import io.s3stream.testkit.wal.scenario.WalMetadata.Committed;
import io.s3stream.testkit.wal.scenario.WalMetadata.Generation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes a generation as the engine does, with several frames in flight within the profile's limits, acknowledged in
 * order. It commits at random times, and trims committed frames. A failed append ends the writer, which then may seal
 * the generation at the last acknowledged frame. Runs on the opener's context, which owns all state here.
 */
final class WalWriter {

    private static final long PAUSE_NANOS = 500_000;
    private static final long UPLOAD_NANOS = 5_000_000;
    private static final int MAX_REFUSALS = 500;

    private final WalOpener opener;
    private final Simulator simulator;
    private final WriteAheadLog log;
    private final WalFrames frames;
    private final Deque<Pending> inFlight = new ArrayDeque<>();
    private int inFlightBytes;
    private long acked;
    private int ackedFrames;
    private Committed committed;
    private boolean committing;
    private boolean closing;
    private boolean over;
    private int refusals;

    /** The probability of a commit in each round. */
    private final double eagerness;

    private static final class Pending {
        final WalFrame frame;
        final boolean issuedAfterFence;
        boolean durable;

        Pending(WalFrame frame, boolean issuedAfterFence) {
            this.frame = frame;
            this.issuedAfterFence = issuedAfterFence;
        }
    }

    WalWriter(WalOpener opener, WriteAheadLog log, WalDescriptor descriptor, long first, Committed committed) {
        this.opener = opener;
        this.simulator = opener.simulator();
        this.log = log;
        this.frames = new WalFrames(descriptor, WalWorld.NODE, first);
        this.acked = first - 1;
        this.eagerness = simulator.chance(0.5) ? 0.2 : 0.01;
        this.committed = committed;
        opener.history().began(frames);
    }

    int ackedFrames() {
        return ackedFrames;
    }

    @Override
    public String toString() {
        return (over ? "ending" : closing ? "closing" : "writing") + ", acked " + acked + ", committed "
                + committed.sequence() + ", in flight " + inFlight.size() + ", used " + log.usedBytes();
    }

    void begin() {
        work();
    }

    private void work() {
        if (over) {
            return;
        }
        int burst = 1 + simulator.random().nextInt(2 * log.profile().maxInFlight());
        while (!closing && burst-- > 0 && issue()) {
            opener.node().step("append.issued");
        }
        if (simulator.chance(eagerness) || closing) {
            commit();
        }
        if (closing && inFlight.isEmpty() && committed.sequence() >= acked) {
            finish(null);
            return;
        }
        long pause = simulator.latency(PAUSE_NANOS);
        opener.node().schedule(Duration.ofNanos(pause), opener.context(), this::work);
    }

    private boolean issue() {
        int payload = payloadBytes();
        int bytes = frames.frameBytes(payload);
        boolean tooMuch =
                inFlightBytes > 0 && inFlightBytes + bytes > log.profile().maxInFlightBytes();
        if (over || tooMuch || inFlight.size() >= log.profile().maxInFlight()) {
            return false;
        }
        WalFrame frame;
        try {
            frame = frames.next(log, payload, acked);
        } catch (RuntimeException e) {
            finish(e);
            return false;
        }
        if (frame == null) {
            full();
            return false;
        }
        refusals = 0;
        Pending pending = new Pending(frame, opener.history().isFenced(opener.nodeEpoch()));
        inFlight.add(pending);
        inFlightBytes += bytes;
        append(frame).whenComplete((done, error) -> {
            WalLoad.scribble(frame.bytes()); // a WAL that still reads the buffer writes garbage
            opener.context().execute(() -> written(pending, error));
        });
        return true;
    }

    private CompletableFuture<Void> append(WalFrame frame) {
        try {
            return log.append(frame);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private int payloadBytes() {
        int maximum = WalFrames.payloadOf(log.profile().maxFrameBytes());
        return switch (simulator.random().nextInt(8)) {
            case 0 -> 0;
            case 1 -> maximum;
            default -> 1 + simulator.random().nextInt(maximum);
        };
    }

    private void full() {
        simulator.count("full");
        commit();
        if (inFlight.isEmpty() && committed.sequence() >= acked && ++refusals > MAX_REFUSALS) {
            opener.history().violated("the WAL has no room although all its frames are trimmed");
        }
    }

    private void written(Pending pending, @Nullable Throwable error) {
        if (over) {
            return;
        }
        if (error != null) {
            failed(WalOpener.unwrap(error));
            return;
        }
        pending.durable = true;
        opener.node().step("append.durable");
        while (!inFlight.isEmpty() && inFlight.element().durable) {
            Pending oldest = inFlight.remove();
            inFlightBytes -= oldest.frame.bytes().remaining();
            acked = oldest.frame.sequence();
            ackedFrames++;
            simulator.count("acknowledged");
            opener.history().acked(opener.nodeEpoch(), frames.descriptor().walEpoch(), acked, oldest.issuedAfterFence);
        }
    }

    /** Seals the generation at the last acknowledged frame, or only ends. A seal excludes all later frames. */
    private void failed(Throwable error) {
        if (error instanceof FencedException || simulator.chance(0.5)) {
            finish(error);
            return;
        }
        simulator.count("sealed after a failure");
        over = true;
        opener.change(
                        "sealFailed",
                        present -> present.with(
                                present.generations().stream().map(this::sealed).toList()))
                .whenCompleteAsync((view, refused) -> finish(error), opener.context());
    }

    private Generation sealed(Generation generation) {
        if (generation.walEpoch() != frames.descriptor().walEpoch()) {
            return generation;
        }
        opener.history().sealed(generation.walEpoch(), acked);
        return generation.sealedAt(generation.firstSequence(), acked);
    }

    private void commit() {
        if (committing || acked <= committed.sequence()) {
            return;
        }
        committing = true;
        long last = committed.sequence();
        long upTo = closing ? acked : last + 1 + simulator.random().nextInt((int) (acked - last));
        WalAnchor anchor = frames.anchor(upTo);
        Committed before = committed;
        Committed after = new Committed(frames.descriptor().walEpoch(), anchor);
        opener.elapse(UPLOAD_NANOS)
                .thenComposeAsync(
                        nothing -> {
                            opener.node().step("upload.commit");
                            return opener.change("commit", present -> {
                                if (!present.committed().equals(before)) {
                                    throw new ConflictException(
                                            "committed is " + present.committed() + ", not " + before);
                                }
                                opener.history().committed(last, upTo, after.walEpoch());
                                return present.with(after);
                            });
                        },
                        opener.context())
                .whenCompleteAsync((view, error) -> committed(after, error), opener.context());
    }

    private void committed(Committed after, @Nullable Throwable error) {
        if (over) {
            return;
        }
        if (error != null) {
            finish(WalOpener.unwrap(error));
            return;
        }
        committing = false;
        committed = after;
        opener.node().step("upload.committed");
        log.trim(after.anchor().endPosition());
        simulator.count("trim");
    }

    /** Stops issuing frames, and ends when all are committed. */
    void close() {
        closing = true;
    }

    private void finish(@Nullable Throwable error) {
        over = true;
        log.closeAsync()
                .whenCompleteAsync((done, failed) -> opener.end(error != null ? error : failed), opener.context());
    }
}
