package io.s3stream.wal.block;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.Replay.ReplayedFrame;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.wal.block.ZombieScenario.Generation;
import io.s3stream.wal.block.ZombieScenario.Node;
import io.s3stream.wal.block.ring.TailJudge;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A process of a {@link ZombieScenario}: opens its node as the engine does, then appends until it is fenced. */
final class ZombieProcess {

    private static final int FRAMES_PER_COMMIT = 6;
    private static final long THINKING_NANOS = 1_500_000;

    final SimNode runtime;
    private final ZombieScenario scenario;
    private final Node node;
    private long epoch;
    private WalMedium medium;
    private Generation own;
    private WriteAheadLog log;
    private final Deque<Pending> inFlight = new ArrayDeque<>();
    private boolean failed;

    private record Pending(Frames.Written frame, CompletableFuture<Void> written) {}

    /** Another process has registered: this one must stop. */
    private static final class Superseded extends RuntimeException {}

    ZombieProcess(ZombieScenario scenario, Node node, int number) {
        this.scenario = scenario;
        this.node = node;
        this.runtime = new SimNode(scenario.simulator, "n" + node.id + "-" + number, step -> false);
    }

    boolean isWriting() {
        return own != null && own.acked > own.frames.start().sequence() + 5;
    }

    void open() {
        BlockWalProvider provider =
                new BlockWalProvider(scenario.device.source(runtime), new TailJudge(), scenario.rules);
        provider.attach(ZombieScenario.URI_OF_DEVICE, AttachMode.CREATE, scenario.context(runtime, node.id))
                .thenCompose(attached -> {
                    medium = attached;
                    epoch = ++node.epoch; // registers
                    return recover();
                })
                .thenCompose(recovered -> medium.prepare(epoch << 16))
                .thenAccept(this::begin)
                .exceptionally(error -> {
                    judge(error, "opening");
                    return null;
                });
    }

    private CompletableFuture<Void> recover() {
        List<Generation> unsealed = node.generations.stream()
                .filter(generation -> generation.sealedEnd == null)
                .toList();
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (Generation generation : unsealed) {
            done = done.thenCompose(before -> {
                generation.fencing = true;
                return medium.fence(generation.descriptor, generation.committed.sequence() + 1);
            });
        }
        for (Generation generation : unsealed) {
            done = done.thenCompose(before -> medium.replay(generation.descriptor, generation.committed))
                    .thenCompose(replay -> verify(generation, replay, generation.committed.sequence())
                            .whenComplete((end, error) -> replay.close()))
                    .thenAccept(end -> seal(generation, end));
        }
        for (Generation generation : unsealed) {
            done = done.thenCompose(before -> medium.release(generation.descriptor));
        }
        return done;
    }

    private CompletableFuture<Long> verify(Generation generation, Replay replay, long last) {
        return replay.next().thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(last);
            }
            check(generation, found.get(), last + 1);
            return verify(generation, replay, last + 1);
        });
    }

    private void check(Generation generation, ReplayedFrame frame, long expected) {
        int index = (int) (expected - generation.frames.start().sequence() - 1);
        if (frame.sequence() != expected || index >= generation.frames.written.size()) {
            scenario.violated("replay gives frame " + frame.sequence() + " where " + expected + " was expected");
            return;
        }
        byte[] bytes = new byte[frame.bytes().remaining()];
        frame.bytes().get(frame.bytes().position(), bytes);
        if (!Arrays.equals(bytes, generation.frames.written.get(index).bytes())) {
            scenario.violated("frame " + expected + " differs from the written frame");
        }
    }

    private void seal(Generation generation, long end) {
        requireCurrent();
        generation.sealedEnd = end;
        if (generation.acked > end) {
            scenario.violated(
                    "node " + node.id + ": frame " + generation.acked + " was acknowledged, the replay ends at " + end);
        }
    }

    private void requireCurrent() {
        if (node.epoch != epoch) {
            throw new Superseded();
        }
    }

    private void begin(WalDescriptor descriptor) {
        requireCurrent();
        long first = node.generations.stream()
                        .mapToLong(generation -> generation.sealedEnd)
                        .max()
                        .orElse(0)
                + 1;
        own = new Generation(descriptor, new Frames(descriptor, node.id, first));
        node.generations.add(own);
        log = medium.create(descriptor, first);
        fill();
    }

    private void fill() {
        if (failed || scenario.isEnding()) {
            return;
        }
        while (inFlight.size() < own.descriptor.maxInFlight()) {
            int payload = 1 + scenario.simulator.random().nextInt(8000);
            WalFrame frame = own.frames.next(log, payload, own.acked);
            if (frame == null) {
                break;
            }
            CompletableFuture<Void> written = log.append(frame);
            inFlight.add(new Pending(own.frames.written.get(own.frames.written.size() - 1), written));
            written.whenComplete((done, error) -> after(5_000, () -> onWritten(error)));
        }
        after(THINKING_NANOS, this::fill);
    }

    private void after(long nanos, Runnable task) {
        runtime.schedule(Duration.ofNanos(scenario.simulator.latency(nanos)), Runnable::run, task);
    }

    private void onWritten(Throwable error) {
        if (failed) {
            return;
        }
        if (error != null) {
            failed = true;
            judge(error, "appending");
            log.closeAsync().thenRun(medium::close);
            return;
        }
        while (!inFlight.isEmpty() && inFlight.element().written().isDone()) {
            Frames.Written frame = inFlight.remove().frame();
            acknowledge(frame);
        }
    }

    private void acknowledge(Frames.Written frame) {
        if (own.sealedEnd != null && frame.sequence() > own.sealedEnd) {
            scenario.violated("node " + node.id + ": frame " + frame.sequence()
                    + " is acknowledged after its generation was sealed at " + own.sealedEnd);
        }
        own.acked = frame.sequence();
        scenario.acknowledged();
        if (own.acked - own.committed.sequence() >= FRAMES_PER_COMMIT && node.epoch == epoch) {
            own.committed = frame.anchor();
            log.trim(frame.end());
        }
    }

    /** Whether a failure has a known cause. */
    private void judge(Throwable error, String doing) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        boolean wasFenced = own != null && own.fencing;
        boolean hasReason = own == null && node.epoch != epoch // also where another check notices this
                || cause instanceof FencedException && wasFenced
                || cause instanceof StorageException && scenario.hasFaults();
        if (!hasReason) {
            scenario.violated("node " + node.id + " fails while " + doing + ": " + cause);
        }
        if (own == null && medium != null) {
            medium.close();
        }
    }
}
