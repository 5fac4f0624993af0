package io.s3stream.core.append;

import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.append.waiting.FrameLinger;
import io.s3stream.core.append.waiting.IdleFrames;
import io.s3stream.core.append.waiting.MemoryWait;
import io.s3stream.core.append.waiting.StallWatch;
import io.s3stream.core.append.waiting.WalSilence;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.events.OutageListener;
import io.s3stream.core.memory.AppendMemory;
import io.s3stream.core.memory.FrameRoom;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.AppendMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.wal.OpenWal;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.WalProfile;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Group commit. The sequencer takes batches from the queue, fills frames and issues them to the WAL, several in flight,
 * and acknowledges them in order. Only {@link #add}, {@link #wakeIfOwed} and the read-only accessors run on other
 * threads; the append context owns all state.
 *
 * <p>A frame is sealed as soon as the queue is empty and the WAL has a free slot. While the WAL is busy, the frame
 * grows. If the WAL's writes cost money, the frame lingers ({@link FrameLinger}).
 *
 * <p>The WAL can be changed while appends arrive [R9]. {@link #hold} stops issuing. {@link #giveUpWal} returns
 * unacknowledged appends to the queue. {@link #continueOn} issues them again before any younger append, encoded anew
 * from the callers' buffers.
 */
public final class AppendSequencer {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MemoryBudget budget;
    private final AppendMemory memory;
    private final WalWindow window;
    private final FramePublisher publisher;
    private final AppendOptions options;
    private final AppendListener listener;

    private final AppendIntake intake;
    private final AppendQueue queue;
    private final CallbackQueue callbacks;
    private final FrameLinger linger;
    private final IdleFrames idle;
    private final StallWatch stall;
    private final WalSilence silence;
    private final MemoryWait memoryWait;
    private final BrokenStreams broken;

    private FrameBuilder builder;
    private long encodedBytes; // of appends that have left the queue and are still charged to it
    private int encodedAppends;
    private boolean held;
    private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);
    private final FailedAppends failed;
    private @Nullable StreamException failure;

    /** Parts of the engine that a sequencer uses. */
    public record Collaborators(
            EngineRuntime runtime,
            SerialContext context,
            AppendMemory memory,
            WriteCache cache,
            StoreMetrics metrics) {}

    /** Parts that a test replaces. */
    public record Parts(AckOrder order, AppendInbox inbox) {}

    public AppendSequencer(
            Collaborators with, OpenWal wal, AppendOptions options, Parts parts, AppendListener listener) {
        this.runtime = with.runtime();
        this.context = with.context();
        this.memory = with.memory();
        this.budget = memory.budget();
        AppendMetrics metrics = with.metrics().append();
        this.intake = new AppendIntake(parts.inbox(), metrics, context, this::drain);
        this.queue = new AppendQueue(parts.inbox(), budget);
        this.options = options;
        this.listener = listener;
        this.callbacks = new CallbackQueue(runtime.callbacks());
        this.failed = new FailedAppends(budget, callbacks, metrics);
        this.broken = new BrokenStreams(failed);
        this.memoryWait = new MemoryWait(runtime, context, budget, with.cache(), this::drain);
        this.window = new WalWindow(
                options.nodeId(), context, parts.order(), wal, with.metrics().wal(), this::onWritten);
        this.builder = newBuilder(wal);
        this.linger = new FrameLinger(runtime, context, this::drain);
        this.idle = new IdleFrames(runtime, context, options.idleFrameDelay(), this::writeIdleFrame);
        this.publisher =
                new FramePublisher(with.cache(), budget, metrics, callbacks, window, idle, wal.firstSequence() - 1);
        this.stall = new StallWatch(
                runtime,
                context,
                options.walTimeout(),
                () -> held || window.inFlight() == 0 ? -1 : publisher.ackedThrough(),
                this::onStall);
        OutageListener onSilence = options.onSilence();
        this.silence =
                new WalSilence(runtime, options.walTimeout(), onSilence == null ? OutageListener.NONE : onSilence);
    }

    private FrameBuilder newBuilder(OpenWal wal) {
        WalProfile profile = wal.profile();
        SlabPool slabs = memory.slabs();
        int target = options.frameTarget().applyAsInt(profile);
        FrameRoom room = new FrameRoom(slabs.slabBytes(), profile.targetFrameBytes() == 0 ? 0 : target);
        return new FrameBuilder(slabs, profile.alignment(), target, room);
    }

    /**
     * Enqueues a batch whose bytes are reserved in the budget. The caller holds the lock that orders offsets. After it
     * has released that lock, it must call {@link #wakeIfOwed}.
     */
    void add(Enqueued item) {
        intake.add(item);
    }

    /** Returns whether the next append wakes the context. Callable from any thread. */
    boolean isToBeWoken() {
        return intake.isToBeWoken();
    }

    /** Wakes the context for enqueued items. If it throws, the next caller retries the wake-up. */
    void wakeIfOwed() {
        intake.wakeIfOwed();
    }

    /** Returns the number of batches that are in no frame yet. Callable from any thread. */
    public int waiting() {
        return queue.waiting();
    }

    /** Returns the last acknowledged sequence. */
    public long ackedThrough() {
        return publisher.ackedThrough();
    }

    /** Returns the bytes of acknowledged frames. */
    public long ackedBytes() {
        return publisher.ackedBytes();
    }

    /** Frees WAL space up to the new committed position. */
    public void trim(CommittedPosition position) {
        window.trim(position);
        drain();
    }

    /**
     * Stops issuing frames. Appends are still accepted.
     *
     * @return completes when all issued frames are acknowledged, or when the WAL is abandoned
     */
    public CompletableFuture<Void> hold() {
        held = true;
        idle.stop();
        if (window.inFlight() > 0) {
            drained = new CompletableFuture<>();
        }
        return drained;
    }

    /**
     * Abandons the WAL: ignores its further answers and returns unacknowledged appends to the queue, for the next WAL.
     *
     * @return the last acknowledged sequence
     */
    public long giveUpWal() {
        held = true;
        idle.stop();
        releaseEncoded();
        window.giveUp(queue::takeBack);
        queue.takeBack(builder.appends());
        builder.abort();
        linger.end();
        drained.complete(null);
        return publisher.ackedThrough();
    }

    /** Continues on another WAL, which begins after the last acknowledged sequence. */
    public void continueOn(OpenWal next) {
        if (failure != null) {
            return;
        }
        silence.end();
        window.continueOn(next);
        builder = newBuilder(next);
        held = false;
        drain();
    }

    /** Returns whether the current WAL accepts frames. */
    private boolean issues() {
        return failure == null && !held;
    }

    /** Stops accepting appends, and fails all unacknowledged ones. Appends that were in flight get {@code outcome}. */
    public void fail(StreamException reason, Outcome outcome) {
        takeNoMore(reason);
        settle(outcome);
    }

    /**
     * Fails the appends that were in flight when the WAL failed, with their final outcome. The outcome is
     * {@link Outcome#NOT_WRITTEN} if the generation is sealed before them.
     */
    public void settle(Outcome outcome) {
        failed.settle(outcome);
        callbacks.flush();
    }

    /** Stops accepting appends. Appends that were in flight wait for {@link #settle}. */
    public void takeNoMore(StreamException reason) {
        if (failure != null) {
            return;
        }
        failure = reason;
        failed.because(reason);
        releaseEncoded();
        idle.stop();
        drained.complete(null);
        publisher.abandon(failed::addUnsettled);
        window.giveUp(failed::addUnsettled);
        failed.addUnsettled(queue.drainTakenBack());
        failed.fail(builder.appends(), Outcome.NOT_WRITTEN);
        builder.abort();
        linger.end();
        broken.failAll();
        failQueue();
        callbacks.flush();
    }

    private void drain() {
        queue.takeIn(); // always: while the inbox is not empty, no caller wakes the context
        if (failure != null) {
            failQueue();
            callbacks.flush();
        } else if (!held) {
            fillAndIssue();
        }
    }

    private void fillAndIssue() {
        boolean goesOn = true;
        for (Enqueued next = queue.peek(); goesOn && next != null; next = queue.peek()) {
            int bytes = next.encodedBytes();
            if (!broken.isEmpty() && broken.takes(next)) {
                removeFromQueue(next);
            } else if (!builder.accepts(bytes)) {
                releaseEncoded();
                goesOn = issue(); // if false, an acknowledgement or a trim drains again
            } else if (builder.needsSlab(bytes) && !takesSlab(bytes)) {
                goesOn = false; // an acknowledgement, a commit or a timer drains again
            } else {
                Throwable unreadable = builder.add(next);
                if (unreadable != null) {
                    broken.add(next, unreadable);
                }
                removeFromQueue(next);
            }
        }
        releaseEncoded();
        settleBroken();
        if (goesOn && !builder.isEmpty() && !linger.holds(window.wal().log(), builder.paddedBytes())) {
            issue();
        }
    }

    private void removeFromQueue(Enqueued item) {
        queue.remove();
        encodedBytes += item.encodedBytes();
        encodedAppends += item.count();
    }

    /**
     * Ends the reservation of encoded batches, because their slabs have their own charge. A single release covers many
     * batches.
     */
    private void releaseEncoded() {
        if (encodedBytes > 0) {
            budget.leaveQueue(encodedBytes, AppendCost.ofObjects(encodedAppends));
            encodedBytes = 0;
            encodedAppends = 0;
        }
    }

    private boolean takesSlab(int bytes) {
        releaseEncoded();
        boolean isWithinBudget = memoryWait.isWithinBudget(window.inFlight() == 0);
        if (!isWithinBudget && builder.hasRoom(bytes)) {
            return true; // a cut frame is better than a wait
        }
        if (isWithinBudget) {
            if (builder.takeSlab(bytes)) {
                memoryWait.onTaken();
                return true;
            }
            memoryWait.onExhausted();
        }
        listener.onPressure();
        return false;
    }

    private void settleBroken() {
        if (!broken.isEmpty()) {
            broken.settle(queue.isEmpty());
            callbacks.flush();
        }
    }

    /** Seals and issues the frame if the WAL has a slot and room for it. */
    private boolean issue() {
        WalWindow.Issue issued = window.issue(builder, publisher.ackedThrough());
        if (issued == WalWindow.Issue.FULL) {
            listener.onPressure();
        }
        if (issued != WalWindow.Issue.ISSUED) {
            return false;
        }
        linger.end();
        idle.stop();
        stall.arm();
        runtime.step("append.issued");
        acknowledge();
        return true;
    }

    private void onWritten(IssuedFrame frame, @Nullable Throwable error) {
        silence.end();
        if (error == null) {
            runtime.step("append.durable");
            acknowledge();
            drain();
            return;
        }
        runtime.step("append.walFailed");
        failWal(window.failureOf(frame, error));
    }

    private void onStall() {
        StorageException reason = new StorageException(window.name() + " has not answered for " + options.walTimeout());
        if (options.onSilence() == null) {
            failWal(reason);
        } else {
            silence.begin("wal=" + window.wal().descriptor().uri() + " (append)", reason);
        }
    }

    private void failWal(StreamException reason) {
        giveUpWal();
        listener.onWalFailure(reason);
    }

    private void acknowledge() {
        boolean any = publisher.publishAll();
        if (any) {
            settleBroken();
            callbacks.flush();
            listener.onDurable();
        }
        if (window.inFlight() == 0) {
            drained.complete(null);
            if (any && !held && queue.isEmpty()) {
                idle.arm();
            }
        }
    }

    private void writeIdleFrame() {
        if (issues() && builder.isEmpty() && window.inFlight() == 0 && queue.isEmpty()) {
            if (builder.needsSlab(0) && !builder.takeSlab(0)) {
                idle.arm(); // no memory now
                return;
            }
            builder.beginEmpty();
            issue();
        }
    }

    private void failQueue() {
        failed.fail(queue.drainNew(), Outcome.NOT_WRITTEN);
    }
}
