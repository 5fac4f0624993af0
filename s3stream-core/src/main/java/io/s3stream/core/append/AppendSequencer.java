package io.s3stream.core.append;

import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.OutageListener;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.AppendMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.wal.OpenWal;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: takes batches off the queue, fills frames, has them issued to the WAL, several in flight, and acknowledges
 * them in order. Everything but {@code enqueue} runs on the append context, which owns all state here.
 *
 * <p>A frame is sealed as soon as the WAL has a free slot and there is nothing more to add; while the WAL is busy it
 * keeps filling.
 *
 * <p>The WAL can be changed on the way [R9]: {@link #hold} stops issuing, {@link #giveUpWal} takes back what was not
 * acknowledged, {@link #continueOn} issues it again, encoded anew from the callers' buffers, before anything younger.
 */
public final class AppendSequencer {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MemoryBudget budget;
    private final AppendMemory memory;
    private final WriteCache cache;
    private final WalWindow window;
    private final AppendOptions options;
    private final AppendListener listener;
    private final AppendMetrics metrics;

    private final AppendInbox inbox;
    private final AppendQueue queue;
    private final CallbackQueue callbacks;
    private final IdleFrames idle;
    private final StallWatch stall;
    private final WalSilence silence;
    private final MemoryWait memoryWait;
    private final BrokenStreams broken;

    /** Something was enqueued and the context was not woken for it yet. */
    private volatile boolean owesWakeUp;

    /** A task that drains was handed over and has not begun: it will see all that is enqueued until then. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private FrameBuilder builder;
    private long encodedBytes; // of appends that have left the queue and are still charged to it
    private int encodedAppends;
    private volatile long ackedThrough;
    private final AtomicLong ackedBytes = new AtomicLong();
    private boolean lingering;
    private boolean held;
    private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);
    private final FailedAppends failed;
    private @Nullable IssuedFrame publishing; // neither in the window any more nor told to its callers
    private @Nullable StreamException failure;

    /** What a sequencer needs of the engine. */
    public record Collaborators(
            EngineRuntime runtime,
            SerialContext context,
            AppendMemory memory,
            WriteCache cache,
            StoreMetrics metrics) {}

    /** The parts that a test replaces. */
    public record Parts(AckOrder order, AppendInbox inbox) {}

    public AppendSequencer(
            Collaborators with, OpenWal wal, AppendOptions options, Parts parts, AppendListener listener) {
        this.runtime = with.runtime();
        this.context = with.context();
        this.memory = with.memory();
        this.budget = memory.budget();
        this.inbox = parts.inbox();
        this.queue = new AppendQueue(inbox, budget);
        this.cache = with.cache();
        this.options = options;
        this.listener = listener;
        this.metrics = with.metrics().append();
        this.callbacks = new CallbackQueue(runtime.callbacks());
        this.failed = new FailedAppends(budget, callbacks, metrics);
        this.broken = new BrokenStreams(failed);
        this.memoryWait = new MemoryWait(runtime, context, budget, cache, this::drain);
        this.window = new WalWindow(
                options.nodeId(), context, parts.order(), wal, with.metrics().wal(), this::onWritten);
        this.builder = newBuilder(wal);
        this.idle = new IdleFrames(runtime, context, options.idleFrameDelay(), this::writeIdleFrame);
        this.stall = new StallWatch(
                runtime,
                context,
                options.walTimeout(),
                () -> held || window.inFlight() == 0 ? -1 : ackedThrough,
                this::onStall);
        OutageListener onSilence = options.onSilence();
        this.silence =
                new WalSilence(runtime, options.walTimeout(), onSilence == null ? OutageListener.NONE : onSilence);
        this.ackedThrough = wal.firstSequence() - 1;
    }

    private FrameBuilder newBuilder(OpenWal wal) {
        return new FrameBuilder(
                memory.slabs(), wal.profile().alignment(), options.frameTarget().applyAsInt(wal.profile()));
    }

    /**
     * Enqueues a batch whose bytes are reserved in the budget. Called under the lock that orders offsets; the caller then
     * calls {@link #wakeIfOwed}, without that lock.
     */
    void add(Enqueued item) {
        if (inbox.isEmpty()) {
            item.stamp(metrics.stamp()); // the sample: those that are going to wake the context
        }
        if (inbox.add(item)) {
            owesWakeUp = true;
        }
    }

    /** Whether the next append wakes the context. Any thread. */
    boolean isToBeWoken() {
        return inbox.isEmpty();
    }

    /** Wakes the context for what was enqueued. What it throws leaves the wake-up to the next caller. */
    void wakeIfOwed() {
        if (owesWakeUp) {
            owesWakeUp = false;
            if (scheduled.compareAndSet(false, true)) {
                try {
                    context.execute(this::drainScheduled);
                } catch (Throwable e) {
                    scheduled.set(false);
                    owesWakeUp = true;
                    throw e;
                }
            }
        }
    }

    private void drainScheduled() {
        scheduled.set(false);
        drain();
    }

    /** Batches that are in no frame yet. Any thread. */
    public int waiting() {
        return queue.waiting();
    }

    /** The last sequence acknowledged. */
    public long ackedThrough() {
        return ackedThrough;
    }

    /** Bytes of frames acknowledged. */
    public long ackedBytes() {
        return ackedBytes.get();
    }

    /** The committed position moved: its space in the WAL may be used again. */
    public void trim(CommittedPosition position) {
        window.trim(position);
        drain();
    }

    /**
     * Issues nothing from now on; appends go on being taken.
     *
     * @return completes when all that was issued is acknowledged, or when the WAL is given up
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
     * Takes no answer of the WAL any more and takes back what was not acknowledged, for the next one.
     *
     * @return the last sequence acknowledged
     */
    public long giveUpWal() {
        held = true;
        idle.stop();
        releaseEncoded();
        window.giveUp(queue::takeBack);
        queue.takeBack(builder.appends());
        builder.abort();
        drained.complete(null);
        return ackedThrough;
    }

    /** Goes on with another WAL, which begins after the last sequence acknowledged. */
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

    /** Whether the WAL is the one being written and takes frames. */
    private boolean issues() {
        return failure == null && !held;
    }

    /** Takes nothing more, and fails everything not yet acknowledged: what was in flight with {@code outcome}. */
    public void fail(StreamException reason, Outcome outcome) {
        takeNoMore(reason);
        settle(outcome);
    }

    /**
     * What was in flight when the WAL failed is failed now that its outcome is known as far as it will be: {@link
     * Outcome#NOT_WRITTEN} once the generation is sealed before it.
     */
    public void settle(Outcome outcome) {
        failed.settle(outcome);
        callbacks.flush();
    }

    /** Takes nothing more. What was in flight waits for {@link #settle}. */
    public void takeNoMore(StreamException reason) {
        if (failure != null) {
            return;
        }
        failure = reason;
        failed.because(reason);
        releaseEncoded();
        idle.stop();
        drained.complete(null);
        if (publishing != null) {
            failed.addUnsettled(publishing.appends());
            publishing.releaseSlab(); // durable: nothing reads it any more
        }
        window.giveUp(failed::addUnsettled);
        failed.addUnsettled(queue.drainTakenBack());
        failed.fail(builder.appends(), Outcome.NOT_WRITTEN);
        builder.abort();
        broken.failAll();
        failQueue();
        callbacks.flush();
    }

    private void drain() {
        queue.takeIn(); // in any case: an inbox that is not empty wakes nobody
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
                goesOn = issue(); // or else an acknowledgement or a trim drains again
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
        if (goesOn && !builder.isEmpty() && !lingers()) {
            issue();
        }
    }

    private void removeFromQueue(Enqueued item) {
        queue.remove();
        encodedBytes += item.encodedBytes();
        encodedAppends += item.count();
    }

    /** What batches had reserved is in slabs now, which are charged by themselves. One release for many batches. */
    private void releaseEncoded() {
        if (encodedBytes > 0) {
            budget.leaveQueue(encodedBytes, AppendCost.ofObjects(encodedAppends));
            encodedBytes = 0;
            encodedAppends = 0;
        }
    }

    private boolean takesSlab(int bytes) {
        releaseEncoded();
        if (memoryWait.isWithinBudget(window.inFlight() == 0)) {
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

    /** A WAL whose writes cost money has its frames filled a little longer. */
    private boolean lingers() {
        Duration linger = window.profile().linger();
        if (linger.isZero()) {
            return false;
        }
        if (!lingering) {
            lingering = true;
            runtime.schedule(linger, context, this::endLinger);
        }
        return true;
    }

    private void endLinger() {
        lingering = false;
        if (issues() && !builder.isEmpty()) {
            issue();
        }
    }

    /** Seals and issues the frame, if the WAL has a slot and room for it. */
    private boolean issue() {
        WalWindow.Issue issued = window.issue(builder, ackedThrough);
        if (issued == WalWindow.Issue.FULL) {
            listener.onPressure();
        }
        if (issued != WalWindow.Issue.ISSUED) {
            return false;
        }
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
        Throwable cause = Failures.unwrap(error);
        failWal(
                cause instanceof FencedException
                        ? new FencedException(
                                cause.getMessage() + "; another process is node " + options.nodeId(), cause)
                        : new StorageException(
                                walName() + " failed: sequence=" + frame.sequence() + ": " + cause, cause));
    }

    private void onStall() {
        StorageException reason = new StorageException(walName() + " has not answered for " + options.walTimeout());
        if (options.onSilence() == null) {
            failWal(reason);
        } else {
            silence.begin("wal=" + window.wal().descriptor().uri() + " (append)", reason);
        }
    }

    private String walName() {
        return "WAL " + window.wal().descriptor().uri();
    }

    private void failWal(StreamException reason) {
        giveUpWal();
        listener.onWalFailure(reason);
    }

    private void acknowledge() {
        boolean any = false;
        for (IssuedFrame frame = window.takeAcknowledgeable(); frame != null; frame = window.takeAcknowledgeable()) {
            publishing = frame;
            publish(frame);
            publishing = null;
            any = true;
        }
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

    /** In this order: the cache, the confirm offset, the futures. */
    private void publish(IssuedFrame frame) {
        ackedThrough = frame.sequence();
        ackedBytes.addAndGet(frame.bytes());
        for (PendingAppend append : frame.appends()) {
            StreamTail tail = append.tail();
            cache.add(append);
            tail.confirm(append.endOffset(), append.payloadBytes());
        }
        cache.cover(window.positionAfter(frame));
        frame.releaseSlab();
        metrics.frame(frame.appends().size(), frame.payloadBytes(), frame.bytes());
        for (PendingAppend append : frame.appends()) {
            append.tail().wakeWaiters();
            metrics.acknowledged(append.stamp());
        }
        budget.release(AppendCost.ofObjects(frame.appends().size()));
        callbacks.complete(frame.appends());
        if (frame.appends().isEmpty()) {
            idle.wasWritten();
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
