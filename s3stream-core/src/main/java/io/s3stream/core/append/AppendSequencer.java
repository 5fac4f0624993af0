package io.s3stream.core.append;

import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.WalFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: takes batches off the queue, fills frames, issues them to the WAL, several in flight, and acknowledges
 * them in order. Everything but {@link #enqueue} runs on the append context, which owns all state here.
 *
 * <p>A frame is sealed as soon as the WAL has a free slot and there is nothing more to add; while the WAL is busy it
 * keeps filling. Frame M is not issued before M − maxInFlight is acknowledged, nor beyond maxInFlightBytes, because
 * recovery's look-ahead counts on both [R7].
 */
public final class AppendSequencer {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MemoryBudget budget;
    private final WriteCache cache;
    private final OpenWal wal;
    private final AckOrder order;
    private final AppendListener listener;

    private final MpscUnboundedArrayQueue<Enqueued> queue = new MpscUnboundedArrayQueue<>(1024);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final CallbackQueue callbacks;
    private final FrameBuilder builder;
    private final IdleFrames idle;

    private long inFlightBytes;
    private long encodedBytes;
    private long sequence;
    private volatile long ackedThrough;
    private final AtomicLong ackedBytes = new AtomicLong();
    private int chain;
    private boolean lingering;
    private final List<PendingAppend> unsettled = new ArrayList<>();
    private @Nullable StreamException failure;

    public AppendSequencer(
            EngineRuntime runtime,
            SerialContext context,
            AppendMemory memory,
            WriteCache cache,
            OpenWal wal,
            AckOrder order,
            AppendListener listener) {
        this.runtime = runtime;
        this.context = context;
        this.budget = memory.budget();
        this.cache = cache;
        this.wal = wal;
        this.order = order;
        this.listener = listener;
        this.callbacks = new CallbackQueue(runtime.callbacks());
        this.builder = new FrameBuilder(memory.slabs(), wal.profile().alignment(), wal.frameTargetBytes());
        this.idle = new IdleFrames(runtime, context, wal.idleFrameDelay(), this::writeIdleFrame);
        this.sequence = wal.firstSequence() - 1;
        this.ackedThrough = sequence;
        this.chain = FrameFormat.initialChain(wal.descriptor().nonce());
    }

    /** Hands over a batch whose bytes are reserved in the budget. Called under the lock that orders offsets. */
    void enqueue(Enqueued item) {
        queue.add(item);
        wake();
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
        wal.log().trim(position.endPosition());
        drain();
    }

    /** Takes nothing more, and fails everything not yet acknowledged. */
    public void fail(StreamException reason) {
        takeNoMore(reason);
        settle(Outcome.UNKNOWN);
    }

    /**
     * What was in flight when the WAL failed is failed now that its outcome is known as far as it will be: {@link
     * Outcome#NOT_WRITTEN} once the generation is sealed before it.
     */
    public void settle(Outcome outcome) {
        unsettled.forEach(append -> failAppend(append, outcome));
        unsettled.clear();
        callbacks.flush();
    }

    private void takeNoMore(StreamException reason) {
        if (failure != null) {
            return;
        }
        failure = reason;
        releaseEncoded();
        idle.stop();
        for (IssuedFrame frame = order.takeUnacknowledged(); frame != null; frame = order.takeUnacknowledged()) {
            unsettled.addAll(frame.appends());
            if (frame.isDurable()) {
                frame.releaseSlab();
            }
        }
        for (PendingAppend append : builder.abort()) {
            failAppend(append, Outcome.NOT_WRITTEN);
        }
        failQueue();
        callbacks.flush();
    }

    private void wake() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            context.execute(this::drainQueue);
        }
    }

    private void drainQueue() {
        scheduled.set(false);
        drain();
    }

    private void drain() {
        if (failure != null) {
            failQueue();
            callbacks.flush();
            return;
        }
        try {
            fillAndIssue();
        } catch (RuntimeException | OutOfMemoryError e) {
            endWith(Failures.asStreamException("append path failed", e));
        }
    }

    private void fillAndIssue() {
        boolean goesOn = true;
        for (Enqueued next = queue.peek(); goesOn && next != null; next = queue.peek()) {
            int bytes = next.encodedBytes();
            if (!builder.accepts(bytes)) {
                releaseEncoded();
                goesOn = issue(); // or else an acknowledgement or a trim drains again
            } else if (builder.needsSlab(bytes) && !hasMemory()) {
                goesOn = false; // an acknowledgement or a commit drains again
            } else {
                builder.add(next);
                queue.poll();
                encodedBytes += bytes;
            }
        }
        releaseEncoded();
        if (goesOn && !builder.isEmpty() && !lingers()) {
            issue();
        }
    }

    /** What batches had reserved is in slabs now, which are charged by themselves. One release for many batches. */
    private void releaseEncoded() {
        if (encodedBytes > 0) {
            budget.release(encodedBytes);
            encodedBytes = 0;
        }
    }

    /**
     * Whether another slab may be taken. Batches reserve their own bytes, but a slab they do not fill costs more: past the
     * limit they wait for memory as long as some of it is bound to come back. [R27]
     */
    private boolean hasMemory() {
        releaseEncoded();
        cache.evict(budget.limit());
        if (budget.used() <= budget.limit() || (order.inFlight() == 0 && cache.isEmpty())) {
            return true;
        }
        listener.onPressure();
        return false;
    }

    /** A WAL whose writes cost money has its frames filled a little longer. */
    private boolean lingers() {
        if (wal.profile().linger().isZero()) {
            return false;
        }
        if (!lingering) {
            lingering = true;
            runtime.schedule(wal.profile().linger(), context, this::endLinger);
        }
        return true;
    }

    private void endLinger() {
        lingering = false;
        if (failure == null && !builder.isEmpty()) {
            issue();
        }
    }

    /** Seals and issues the frame, if the WAL has a slot and room for it. */
    private boolean issue() {
        int bytes = builder.paddedBytes();
        if (order.inFlight() >= wal.profile().maxInFlight()
                || (inFlightBytes > 0 && inFlightBytes + bytes > wal.profile().maxInFlightBytes())) {
            return false;
        }
        long position = wal.log().reserve(bytes);
        if (position < 0) {
            listener.onPressure();
            return false;
        }
        idle.stop();
        var slab = builder.current();
        int start = builder.start();
        FrameHeader header = FrameHeader.toSeal(
                wal.nodeId(),
                wal.descriptor().walEpoch(),
                wal.descriptor().nonce(),
                ++sequence,
                ackedThrough,
                position,
                chain);
        chain = FrameFormat.seal(slab.memory(), start, builder.bodyBytes(), bytes, header);
        slab.retain();
        List<PendingAppend> appends = builder.finish();
        IssuedFrame frame = new IssuedFrame(sequence, slab, bytes, position + bytes, chain, appends);
        order.issued(frame);
        inFlightBytes += bytes;
        WalFrame written = new WalFrame(sequence, position, slab.memory().slice(start, bytes));
        Failures.answerOf(() -> wal.log().append(written))
                .whenComplete((done, error) -> context.execute(() -> onWritten(frame, error)));
        runtime.step("append.issued");
        acknowledge();
        return true;
    }

    private void onWritten(IssuedFrame frame, @Nullable Throwable error) {
        inFlightBytes -= frame.bytes();
        if (failure != null) {
            frame.releaseSlab();
            return;
        }
        if (error != null) {
            runtime.step("append.walFailed");
            frame.releaseSlab();
            StreamException reason = new StorageException(
                    "WAL write failed: wal=" + wal.descriptor().uri() + " sequence=" + frame.sequence() + ": " + error,
                    error);
            endWith(reason);
            return;
        }
        frame.markDurable();
        runtime.step("append.durable");
        acknowledge();
        drain();
    }

    private void endWith(StreamException reason) {
        takeNoMore(reason);
        listener.onWalFailure(reason);
    }

    private void acknowledge() {
        boolean any = false;
        for (IssuedFrame frame = order.takeAcknowledgeable(); frame != null; frame = order.takeAcknowledgeable()) {
            publish(frame);
            any = true;
        }
        if (any) {
            callbacks.flush();
            listener.onDurable();
            if (order.inFlight() == 0 && queue.isEmpty()) {
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
            tail.confirm(append.endOffset());
        }
        cache.cover(new CommittedPosition(
                frame.sequence(), wal.descriptor().walEpoch(), frame.endPosition(), frame.chain()));
        frame.releaseSlab();
        for (PendingAppend append : frame.appends()) {
            append.tail().wakeWaiters();
        }
        callbacks.complete(frame.appends());
        if (frame.appends().isEmpty()) {
            idle.wasWritten();
        }
    }

    private void writeIdleFrame() {
        if (failure == null && builder.isEmpty() && order.inFlight() == 0 && queue.isEmpty()) {
            builder.beginEmpty();
            issue();
        }
    }

    private void failQueue() {
        for (Enqueued item = queue.poll(); item != null; item = queue.poll()) {
            budget.release(item.encodedBytes());
            if (item instanceof AppendGroup group) {
                group.appends().forEach(append -> failAppend(append, Outcome.NOT_WRITTEN));
            } else if (item instanceof PendingAppend append) {
                failAppend(append, Outcome.NOT_WRITTEN);
            }
        }
    }

    private void failAppend(PendingAppend append, Outcome outcome) {
        StreamException reason = failure == null ? new StorageException("the store failed") : failure;
        AppendFailedException error = new AppendFailedException(
                reason.kind(),
                outcome,
                "stream=" + append.tail().id() + " offset=" + append.baseOffset() + ": " + reason.getMessage(),
                reason);
        append.tail().end(reason);
        callbacks.fail(append, error);
    }
}
