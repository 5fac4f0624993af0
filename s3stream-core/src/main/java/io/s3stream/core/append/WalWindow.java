package io.s3stream.core.append;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.WalMetrics;
import io.s3stream.core.wal.OpenWal;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProfile;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The frames in flight on the current WAL. Seals and issues frames, and decides which may be acknowledged next. Frame M
 * is issued only after frame M − maxInFlight is acknowledged, and within maxInFlightBytes, because the look-ahead of
 * recovery relies on both [R7]. Answers of an abandoned WAL have no effect [R9]. Owned by the append context.
 */
final class WalWindow {

    /** The result of an attempt to issue a frame. */
    enum Issue {
        ISSUED,
        /** The maximum of frames or bytes is in flight. */
        BUSY,
        /** The WAL has no room until a commit. */
        FULL
    }

    private final int nodeId;
    private final SerialContext context;
    private final AckOrder order;
    private final WalMetrics metrics;
    private final BiConsumer<IssuedFrame, @Nullable Throwable> onWritten;

    private OpenWal wal;
    private boolean given; // the WAL was abandoned, and there is no next one yet
    private long sequence;
    private int chain;
    private long inFlightBytes; // issued and not acknowledged, written or not [R7]

    /** @param onWritten receives each frame's answer on the context, while the frame's WAL is the current one */
    WalWindow(
            int nodeId,
            SerialContext context,
            AckOrder order,
            OpenWal wal,
            WalMetrics metrics,
            BiConsumer<IssuedFrame, @Nullable Throwable> onWritten) {
        this.nodeId = nodeId;
        this.context = context;
        this.order = order;
        this.metrics = metrics;
        this.onWritten = onWritten;
        this.wal = wal;
        this.sequence = wal.firstSequence() - 1;
        this.chain = FrameFormat.initialChain(wal.descriptor().nonce());
    }

    OpenWal wal() {
        return wal;
    }

    /** Returns the name of the WAL for messages. */
    String name() {
        return "WAL " + wal.descriptor().shownUri();
    }

    /** Returns the failure of the WAL that an answer to a frame reports. */
    StreamException failureOf(IssuedFrame frame, Throwable error) {
        Throwable cause = Failures.unwrap(error);
        return cause instanceof FencedException
                ? new FencedException(cause.getMessage() + "; another process is node " + nodeId, cause)
                : new StorageException(name() + " failed: sequence=" + frame.sequence() + ": " + cause, cause);
    }

    WalProfile profile() {
        return wal.profile();
    }

    int inFlight() {
        return order.inFlight();
    }

    /** Returns whether a frame of this size may be in flight in addition. */
    boolean hasSlot(int bytes) {
        WalProfile profile = wal.profile();
        return order.inFlight() < profile.maxInFlight()
                && (inFlightBytes == 0 || inFlightBytes + bytes <= profile.maxInFlightBytes());
    }

    /** Seals and issues a frame. */
    Issue issue(FilledFrame filled, long ackedThrough) {
        int bytes = filled.paddedBytes();
        if (!hasSlot(bytes)) {
            return Issue.BUSY;
        }
        long position = wal.log().reserve(bytes);
        if (position < 0) {
            metrics.full();
            return Issue.FULL;
        }
        Slab slab = filled.slab();
        int start = filled.start();
        FrameHeader header = FrameHeader.toSeal(
                nodeId, wal.walEpoch(), wal.descriptor().nonce(), ++sequence, ackedThrough, position, chain);
        chain = FrameFormat.seal(slab.memory(), start, filled.bodyBytes(), bytes, header);
        // All steps that may fail come before the appends move from the frame to the window. So one of the two always
        // has them.
        List<PendingAppend> appends = filled.prepare();
        long payloadBytes = filled.bodyBytes() - (long) appends.size() * RecordFormat.HEADER_BYTES;
        IssuedFrame frame = new IssuedFrame(sequence, slab, bytes, payloadBytes, position + bytes, chain, appends);
        WalFrame written = new WalFrame(sequence, position, slab.memory().slice(start, bytes));
        Answer answer = new Answer(wal, frame, metrics.issued(bytes));
        slab.retain();
        order.issued(frame);
        inFlightBytes += bytes;
        filled.issued();
        OpenWal issuedTo = wal;
        Failures.answerOf(() -> issuedTo.log().append(written)).whenComplete(answer);
        return Issue.ISSUED;
    }

    /** Takes the oldest frame in flight if it is durable, or returns null. */
    @Nullable
    IssuedFrame takeAcknowledgeable() {
        IssuedFrame frame = order.takeAcknowledgeable();
        if (frame != null) {
            inFlightBytes -= frame.bytes();
        }
        return frame;
    }

    CommittedPosition positionAfter(IssuedFrame frame) {
        return new CommittedPosition(frame.sequence(), wal.walEpoch(), frame.endPosition(), frame.chain());
    }

    /** Frees the committed space of the current WAL. */
    void trim(CommittedPosition position) {
        if (position.walEpoch() == wal.walEpoch()) {
            wal.log().trim(position.endPosition());
        }
    }

    /**
     * Ignores further answers.
     *
     * @param taker receives each unacknowledged frame, oldest first, while it holds its slab
     */
    void giveUp(Consumer<IssuedFrame> taker) {
        given = true;
        inFlightBytes = 0;
        for (IssuedFrame frame = order.oldest(); frame != null; frame = order.oldest()) {
            taker.accept(frame); // before the frame is removed, so that one of the two always has the appends
            order.removeOldest();
            if (frame.isDurable()) {
                frame.releaseSlab(); // its answer has arrived; the other slabs are released with their answers [R29]
            }
        }
    }

    /** Continues on the next generation. No frame may be in flight. */
    void continueOn(OpenWal next) {
        wal = next;
        given = false;
        sequence = next.firstSequence() - 1;
        chain = FrameFormat.initialChain(next.descriptor().nonce());
    }

    @SuppressWarnings("ReferenceEquality") // compares with this very generation
    private void answered(OpenWal issuedTo, IssuedFrame frame, @Nullable Throwable error) {
        if (given || issuedTo != wal) {
            frame.releaseSlab();
            return;
        }
        if (error == null) {
            frame.markDurable();
            onWritten.accept(frame, null);
        } else {
            onWritten.accept(frame, error); // first: the records are written again from the slab
            frame.releaseSlab();
        }
    }

    /**
     * Receives the answer of a WAL to one frame. Created in advance, because there may be no memory when the answer
     * arrives.
     */
    private final class Answer implements BiConsumer<@Nullable Object, @Nullable Throwable>, Runnable {

        private final OpenWal issuedTo;
        private final IssuedFrame frame;
        private final long issuedAt;
        private @Nullable Throwable error;

        Answer(OpenWal issuedTo, IssuedFrame frame, long issuedAt) {
            this.issuedTo = issuedTo;
            this.frame = frame;
            this.issuedAt = issuedAt;
        }

        @Override
        public void accept(@Nullable Object done, @Nullable Throwable failure) {
            error = failure;
            metrics.answered(issuedAt, frame.bytes(), failure == null);
            context.executeOrRun(this);
        }

        @Override
        public void run() {
            answered(issuedTo, frame, error);
        }
    }
}
