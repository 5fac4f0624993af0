package io.s3stream.core.append;

import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.append.claims.ClaimReader;
import io.s3stream.core.append.claims.FrameShape;
import io.s3stream.core.append.claims.SlabClaims;
import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.append.waiting.FrameLinger;
import io.s3stream.core.append.waiting.IdleFrames;
import io.s3stream.core.append.waiting.MemoryWait;
import io.s3stream.core.append.waiting.StallWatch;
import io.s3stream.core.append.waiting.WalSilence;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.events.OutageListener;
import io.s3stream.core.memory.AppendMemory;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
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
 * Group commit. Callers write their appends into slabs, or leave them in the queue. The sequencer issues them to the WAL as
 * frames, several in flight, and acknowledges them in order. Only {@link #enter}, {@link #copy}, {@link #withdraw}, {@link
 * #wake} and the read-only accessors run on other threads; the append context owns all state.
 *
 * <p>A frame is sealed as soon as all its appends are copied and the WAL has a free slot. While the WAL is busy, the frame
 * grows. If the WAL's writes cost money, the frame lingers ({@link FrameLinger}).
 *
 * <p>The WAL can be changed while appends arrive [R9]. {@link #hold} stops issuing. {@link #giveUpWal} returns
 * unacknowledged appends to the queue. {@link #continueOn} issues them again before any younger append, from their slabs.
 */
public final class AppendSequencer implements FrameFeed.Issuer {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final WalWindow window;
    private final FramePublisher publisher;
    private final AppendOptions options;
    private final AppendListener listener;

    private final AppendIntake intake;
    private final AppendQueue queue;
    private final FrameFeed feed;
    private final CallbackQueue callbacks;
    private final FrameLinger linger;
    private final IdleFrames idle;
    private final StallWatch stall;
    private final WalSilence silence;
    private final BrokenStreams broken;

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
    public record Parts(AckOrder order, AppendInbox inbox, ClaimRule claimRule) {}

    public AppendSequencer(
            Collaborators with, OpenWal wal, AppendOptions options, Parts parts, AppendListener listener) {
        this.runtime = with.runtime();
        this.context = with.context();
        this.options = options;
        this.listener = listener;
        AppendMemory memory = with.memory();
        MemoryBudget budget = memory.budget();
        AppendMetrics metrics = with.metrics().append();
        SlabClaims<Enqueued> claims = new SlabClaims<>(memory.slabs(), budget, shapeOf(wal));
        this.intake = new AppendIntake(claims, parts.inbox(), parts.claimRule(), metrics, context, this::drain);
        this.queue = new AppendQueue(parts.inbox(), budget);
        this.callbacks = new CallbackQueue(runtime.callbacks());
        this.failed = new FailedAppends(budget, callbacks, metrics);
        this.broken = new BrokenStreams(failed);
        this.window = new WalWindow(
                options.nodeId(), context, parts.order(), wal, with.metrics().wal(), this::onWritten);
        this.feed = new FrameFeed(
                new FrameFeed.Sources(claims, new ClaimReader<>(claims, parts.claimRule()), queue, broken),
                memory,
                new MemoryWait(runtime, context, budget, with.cache(), this::drain),
                window,
                shapeOf(wal),
                this);
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

    private FrameShape shapeOf(OpenWal wal) {
        WalProfile profile = wal.profile();
        int target = options.frameTarget().applyAsInt(profile);
        return new FrameShape(profile.alignment(), target, profile.targetFrameBytes() > 0);
    }

    /**
     * Gets a batch, whose bytes are reserved in the budget, a place in a slab or a turn in the queue. The caller holds the
     * lock that orders offsets. After it has released that lock, it must call {@link #copy} and {@link #wake}.
     */
    void enter(Enqueued item) {
        intake.enter(item);
    }

    /** Copies the batch to its place. Callable from any thread; does not throw. */
    void copy(Enqueued item) {
        intake.copy(item);
    }

    /** Withdraws a batch without an offset. Callable from any thread. */
    void withdraw(Enqueued item) {
        intake.withdraw(item);
    }

    /** Returns whether the next append wakes the context. Callable from any thread. */
    boolean isToBeWoken() {
        return intake.isToBeWoken();
    }

    /** Wakes the context for entered batches. If it throws, the next caller retries the wake-up. */
    void wake() {
        intake.wake();
    }

    /** Returns the number of batches that are in no frame yet, nearly. Callable from any thread. */
    public int waiting() {
        return feed.waiting();
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
        int earlier = queue.takenBack(); // by the WAL before; not issued to this one yet
        window.giveUp(this::takeBack);
        feed.giveUpWal();
        queue.moveBehind(earlier);
        linger.end();
        drained.complete(null);
        return publisher.ackedThrough();
    }

    private void takeBack(IssuedFrame frame) {
        Slab slab = frame.slab();
        if (slab != null) {
            queue.takeBack(frame.appends(), slab);
        } else if (!frame.appends().isEmpty()) {
            throw new IllegalStateException("sequence=" + frame.sequence() + ": the slab was released");
        }
    }

    /** Continues on another WAL, which begins after the last acknowledged sequence. */
    public void continueOn(OpenWal next) {
        if (failure != null) {
            return;
        }
        silence.end();
        window.continueOn(next);
        feed.continueOn(shapeOf(next));
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
        idle.stop();
        drained.complete(null);
        publisher.abandon(failed::addUnsettled);
        window.giveUp(frame -> failed.addUnsettled(frame.appends()));
        failed.addUnsettled(queue.drainTakenBack());
        linger.end();
        broken.failAll();
        intake.draining(); // no answer will drain again, so callers that copy later must wake the context
        failWaiting();
        callbacks.flush();
    }

    private void failWaiting() {
        feed.failAll(appends -> failed.fail(appends, Outcome.NOT_WRITTEN));
    }

    private void drain() {
        intake.draining();
        queue.takeIn(); // always: while the inbox is not empty, no caller wakes the context
        if (failure != null) {
            failWaiting();
            callbacks.flush();
        } else if (!held) {
            boolean goesOn = feed.run();
            callbacks.flush();
            if (window.inFlight() == 0) {
                armIdle(); // the last claims may have come to nothing
            } else if (!goesOn && failure == null) {
                intake.pause(); // the next acknowledgement drains
            }
        }
    }

    @Override
    public void onPressure() {
        listener.onPressure();
    }

    @Override
    public boolean lingers(int frameBytes) {
        return linger.holds(window.wal().log(), frameBytes);
    }

    /** Seals and issues the frame if the WAL has a slot and room for it. */
    @Override
    public boolean issue(FilledFrame frame) {
        WalWindow.Issue issued = window.issue(frame, publisher.ackedThrough());
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
            silence.begin("wal=" + window.wal().descriptor().shownUri() + " (append)", reason);
        }
    }

    private void failWal(StreamException reason) {
        giveUpWal();
        listener.onWalFailure(reason);
    }

    private void acknowledge() {
        boolean any = publisher.publishAll();
        if (any) {
            feed.settleBroken();
            callbacks.flush();
            listener.onDurable();
        }
        if (window.inFlight() == 0) {
            drained.complete(null);
            if (any) {
                armIdle();
            }
        }
    }

    private void armIdle() {
        if (issues() && feed.isEmpty()) {
            idle.arm();
        }
    }

    private void writeIdleFrame() {
        if (issues() && window.inFlight() == 0 && feed.isEmpty()) {
            FilledFrame empty = feed.emptyFrame();
            if (empty == null) {
                idle.arm(); // no memory now
            } else {
                issue(empty);
            }
        }
    }
}
