package io.s3stream.wal.s3;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.FencedException;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.StorageOpener;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.StorageFaults;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A process that opens the node as the engine does: register, fence, replay, seal, commit, release. Then it appends
 * until it is fenced, dead or has written enough. Runs on its node's context only, so that it can be paused anywhere.
 */
final class Opener {

    static final int NODE = 3;
    static final int MAX_IN_FLIGHT = 8;

    private final SimNode node;
    private final Register register;
    private final WalMedium medium;
    private final SerialContext context;
    private final long epoch;
    private final int wanted;
    private Register.Generation generation;
    private WriteAheadLog log;
    private final Deque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
    private long acked;
    private int issued;
    private boolean hasEnded;
    private Throwable failure;
    private boolean hasRecovered;

    /** @param wanted the number of frames it appends */
    Opener(
            SimNode node,
            SimBucket bucket,
            Supplier<StorageFaults> faults,
            S3WalRules rules,
            Register register,
            int wanted) {
        this.node = node;
        this.register = register;
        this.wanted = wanted;
        this.context = node.serialContext("opener");
        StorageOpener none = uri -> CompletableFuture.failedFuture(new IllegalStateException("no storage"));
        WalContext walContext = new WalContext(
                node,
                new SimObjectStorage(node, bucket, faults),
                none,
                UnpooledByteBufAllocator.DEFAULT,
                new UUID(1, 2),
                NODE,
                4096);
        URI uri = URI.create("store:/?capacity=4MiB&maxInFlight=" + MAX_IN_FLIGHT);
        this.medium = new S3WalProvider(rules)
                .attach(uri, AttachMode.CREATE, walContext)
                .join();
        this.epoch = register.register();
    }

    boolean hasRecovered() {
        return hasRecovered;
    }

    /** The opener has stopped, of its own will or because it died. */
    boolean isOver() {
        return hasEnded || !node.isAlive();
    }

    /** The reason of its end, if it was not done, fenced or superseded. */
    Throwable failure() {
        return failure;
    }

    void run() {
        recover()
                .thenComposeAsync(done -> begin(), context)
                .whenCompleteAsync(
                        (done, error) -> {
                            if (error != null) {
                                end(error);
                            } else {
                                pump();
                            }
                        },
                        context);
    }

    private CompletableFuture<Void> recover() {
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (Register.Generation old : register.generations) {
            done = done.thenComposeAsync(before -> recover(old), context);
        }
        return done.thenAcceptAsync(all -> hasRecovered = true, context);
    }

    private CompletableFuture<Void> recover(Register.Generation old) {
        if (old.released) {
            return CompletableFuture.completedFuture(null);
        }
        if (old.sealedEnd >= 0 && old.sealedEnd <= register.position()) {
            return release(old);
        }
        WalAnchor anchor = register.anchor(old);
        CompletableFuture<Void> fenced = old.sealedEnd >= 0
                ? CompletableFuture.completedFuture(null)
                : medium.fence(old.descriptor, anchor.sequence() + 1);
        return fenced.thenComposeAsync(nothing -> medium.replay(old.descriptor, anchor), context)
                .thenComposeAsync(
                        replay -> read(old, replay, anchor.sequence()).whenComplete((end, error) -> replay.close()),
                        context)
                .thenComposeAsync(
                        end -> {
                            requireCurrent();
                            old.sealedEnd = end;
                            register.commit(epoch, old, end);
                            return release(old);
                        },
                        context);
    }

    private CompletableFuture<Void> release(Register.Generation old) {
        return medium.release(old.descriptor)
                .thenAcceptAsync(
                        released -> {
                            requireCurrent();
                            old.released = true;
                        },
                        context);
    }

    private CompletableFuture<Long> read(Register.Generation old, Replay replay, long last) {
        return replay.next()
                .thenComposeAsync(
                        frame -> {
                            if (frame.isEmpty()) {
                                return CompletableFuture.completedFuture(last);
                            }
                            byte[] bytes = new byte[frame.get().bytes().remaining()];
                            frame.get().bytes().get(bytes);
                            Register.checkRead(
                                    old,
                                    last + 1,
                                    new WalSession.Read(frame.get().sequence(), 0, 0, bytes));
                            return read(old, replay, last + 1);
                        },
                        context);
    }

    private CompletableFuture<Void> begin() {
        return medium.prepare(epoch << 16)
                .thenAcceptAsync(
                        descriptor -> {
                            requireCurrent();
                            long first = register.position() + 1;
                            generation =
                                    new Register.Generation(descriptor, first, new WalFrames(descriptor, NODE, first));
                            register.generations.add(generation);
                            acked = first - 1;
                            log = medium.create(descriptor, first);
                        },
                        context);
    }

    /** The register refuses a superseded process. */
    private void requireCurrent() {
        if (!register.isCurrent(epoch)) {
            throw new FencedException("superseded");
        }
    }

    private void pump() {
        while (!hasEnded && issued < wanted && inFlight.size() < MAX_IN_FLIGHT) {
            WalFrame frame = generation.frames.next(log, (int) (node.randomLong() & 1023), acked);
            if (frame == null) {
                break;
            }
            issued++;
            CompletableFuture<Void> append = log.append(frame);
            inFlight.add(append);
            append.whenCompleteAsync((done, error) -> onAnswer(), context);
        }
        if (issued == wanted && inFlight.isEmpty()) {
            hasEnded = true;
        }
    }

    private void onAnswer() {
        while (!hasEnded && !inFlight.isEmpty() && inFlight.element().isDone()) {
            CompletableFuture<Void> first = inFlight.remove();
            if (first.isCompletedExceptionally()) {
                end(first.handle((done, error) -> error).join());
                return;
            }
            register.acknowledge(generation, ++acked);
        }
        if (!hasEnded && (node.randomLong() & 15) == 0 && register.commit(epoch, generation, acked)) {
            log.trim(generation.frames.anchor(acked).endPosition());
        }
        node.schedule(Duration.ofNanos(node.randomLong() & 0xFFFFFF), context, this::pump);
    }

    private void end(Throwable error) {
        hasEnded = true;
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        boolean superseded = !register.isCurrent(epoch);
        if (cause instanceof Error broken) {
            failure = broken;
        } else if (cause instanceof FencedException && !superseded) {
            failure = new Register.Violation("told to be fenced without another process: " + cause.getMessage());
        } else if (!superseded) {
            failure = cause;
        }
    }
}
