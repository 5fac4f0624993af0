package io.s3stream.wal.s3;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.wal.common.Futures;
import io.s3stream.wal.s3.fence.PutJudge.Settled;
import io.s3stream.wal.s3.fence.WalKeys;
import io.s3stream.wal.s3.fence.WriteOnce;
import io.s3stream.wal.s3.request.Requests;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The frames in flight. Each frame is one put-if-absent. PUTs finish in any order, but appends complete in the order of
 * their sequences. So the first frame that collides with a marker fails all later appends, even if their frames were
 * written.
 *
 * <p>Owned by the medium's serial context.
 */
final class Appends {

    private final Requests requests;
    private final WriteOnce writeOnce;
    private final WalKeys keys;
    private final PutPacer pacer;
    private final FrameCopies copies;
    private final Runnable onQuiet;
    private final Deque<Append> inFlight = new ArrayDeque<>();
    private int putsUnderWay;
    private @Nullable StreamException end;

    /** The append of a frame. Tells the pacer each of its PUTs that is repeated, and each latency. */
    private final class Append implements WriteOnce.Watch {
        final long sequence;
        final CompletableFuture<Void> answer;

        @Nullable
        Timer deadline;

        boolean isSent;
        boolean isWritten;

        Append(long sequence, CompletableFuture<Void> answer) {
            this.sequence = sequence;
            this.answer = answer;
        }

        @Override
        public <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> put) {
            long begin = requests.runtime().nanoTime();
            if (isSent) {
                pacer.onRepeat();
            }
            isSent = true;
            return put.get().whenComplete((version, error) -> {
                if (error == null) {
                    pacer.onAnswer(requests.runtime().nanoTime() - begin);
                }
            });
        }
    }

    Appends(
            Requests requests,
            WriteOnce writeOnce,
            WalKeys keys,
            PutPacer pacer,
            FrameCopies copies,
            Runnable onQuiet) {
        this.requests = requests;
        this.writeOnce = writeOnce;
        this.keys = keys;
        this.pacer = pacer;
        this.copies = copies;
        this.onQuiet = onQuiet;
    }

    /** @param bytes the frame; copied before this method returns */
    void begin(long sequence, ByteBuffer bytes, CompletableFuture<Void> answer) {
        if (end != null) {
            answer.completeExceptionally(again(end));
            return;
        }
        ByteBuffer copy = copies.copy(bytes);
        Append append = new Append(sequence, answer);
        inFlight.addLast(append);
        EngineRuntime runtime = requests.runtime();
        append.deadline = runtime.schedule(requests.timeout(), requests.context(), () -> onDeadline(append));
        byte[] identity = new byte[FrameFormat.HEADER_BYTES];
        copy.get(0, identity);
        ObjectBody body = ObjectBody.of(copy);
        putsUnderWay++;
        writeOnce
                .putAgain(
                        new WriteOnce.Content(keys.of(sequence), body, identity),
                        requests.patience(() -> end == null),
                        append)
                .whenComplete((settled, error) -> {
                    putsUnderWay--;
                    if (!body.isAbandoned()) {
                        copies.giveBack(copy);
                    }
                    onSettled(append, settled, error);
                    onQuiet.run();
                });
    }

    boolean hasEnded() {
        return end != null;
    }

    boolean isQuiet() {
        return putsUnderWay == 0 && inFlight.isEmpty();
    }

    /** Fails all appends in flight and all later ones. PUTs that have begun may still take effect. */
    void end(StreamException reason) {
        if (end != null) {
            return;
        }
        end = reason;
        for (Append append = inFlight.pollFirst(); append != null; append = inFlight.pollFirst()) {
            stopTimer(append);
            append.answer.completeExceptionally(again(reason));
        }
    }

    private void onSettled(Append append, @Nullable Settled settled, @Nullable Throwable error) {
        if (end != null) {
            return;
        }
        if (settled == null) {
            end(asFailure(append, error == null ? new IllegalStateException("no answer") : Futures.unwrap(error)));
        } else if (!settled.isOurs()) {
            end(fenced(append, settled));
        } else {
            append.isWritten = true;
            completeInOrder();
        }
    }

    private void completeInOrder() {
        for (Append first = inFlight.peekFirst(); first != null && first.isWritten; first = inFlight.peekFirst()) {
            inFlight.removeFirst();
            stopTimer(first);
            first.answer.complete(null);
        }
    }

    private void onDeadline(Append append) {
        append.deadline = null;
        if (!append.isWritten) {
            end(new StorageException(this + ": sequence=" + append.sequence + " was not written within "
                    + requests.timeout() + "; raise the option timeout if the storage is that slow"));
        }
    }

    private static void stopTimer(Append append) {
        if (append.deadline != null) {
            append.deadline.cancel();
            append.deadline = null;
        }
    }

    private StreamException fenced(Append append, Settled settled) {
        String found = settled.isMarker()
                ? "its key holds a fence marker"
                : settled.found() == null ? "the object at its key was released" : "its key holds another object";
        return new FencedException(this + " was fenced: sequence=" + append.sequence + " cannot be written, " + found);
    }

    private StreamException asFailure(Append append, Throwable error) {
        return error instanceof StreamException failure && !failure.isRetriable()
                ? failure
                : new StorageException(
                        this + ": it is unknown whether sequence=" + append.sequence + " was written: "
                                + error.getMessage(),
                        error);
    }

    /** Returns a new exception of the same kind: each append fails with an exception of its own. */
    private static StreamException again(StreamException reason) {
        if (reason instanceof FencedException) {
            return new FencedException("" + reason.getMessage(), reason);
        }
        return reason instanceof StoreClosedException
                ? new StoreClosedException("" + reason.getMessage(), reason)
                : new StorageException("" + reason.getMessage(), reason);
    }

    @Override
    public String toString() {
        return requests + " walEpoch=" + keys.walEpoch();
    }
}
