package io.s3stream.storage.s3.transfer;

import io.s3stream.spi.storage.ObjectBody;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * Sends a body from its own memory, once for each attempt of the SDK.
 *
 * <p>The HTTP client holds pieces until the socket has taken them, and does not report when an abandoned attempt
 * releases them. Only one case is certain: after a single successful attempt, the server has all bytes. In any other
 * case the body is {@linkplain ObjectBody#abandon() abandoned}. Small bodies, such as those of frequent conditional
 * writes, are copied first and never need to be abandoned.
 */
public final class RequestBody implements AsyncRequestBody {

    private static final int COPIED_BYTES = 64 << 10;

    private final ObjectBody original;
    private final boolean copied;
    private final ObjectBody sent;
    private final AtomicInteger attempts = new AtomicInteger();

    public RequestBody(ObjectBody original) {
        this.original = original;
        this.copied = original.length() <= COPIED_BYTES;
        this.sent = copied ? copy(original) : original;
    }

    /** Passes on the outcome of the call. Abandons the body first if its memory may still be read. */
    public <T> CompletableFuture<T> settled(CompletableFuture<T> call) {
        return call.whenComplete((value, error) -> {
            boolean clean = attempts.get() == 0 || (attempts.get() == 1 && error == null);
            if (!clean && !copied) {
                original.abandon();
            }
        });
    }

    @Override
    public Optional<Long> contentLength() {
        return Optional.of(sent.length());
    }

    @Override
    public String contentType() {
        return "application/octet-stream";
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        attempts.incrementAndGet();
        var pass = new Pass(subscriber, sent.open());
        subscriber.onSubscribe(pass);
        pass.emit();
    }

    private static ObjectBody copy(ObjectBody body) {
        ByteBuffer copy = ByteBuffer.allocate((int) body.length());
        ObjectBody.Cursor cursor = body.open();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            copy.put(piece);
        }
        return ObjectBody.of(copy.flip());
    }

    /** A pass over the body. {@link #emit} runs on one thread at a time; other threads leave their demand to it. */
    private static final class Pass implements Subscription {

        private final Subscriber<? super ByteBuffer> subscriber;
        private final ObjectBody.Cursor cursor;
        private final AtomicLong demand = new AtomicLong();
        private final AtomicInteger emitting = new AtomicInteger();
        private volatile boolean ended;
        private @Nullable ByteBuffer next;

        Pass(Subscriber<? super ByteBuffer> subscriber, ObjectBody.Cursor cursor) {
            this.subscriber = subscriber;
            this.cursor = cursor;
        }

        @Override
        public void request(long n) {
            demand.getAndUpdate(present -> present + n < 0 ? Long.MAX_VALUE : present + n);
            emit();
        }

        @Override
        public void cancel() {
            ended = true;
        }

        void emit() {
            if (emitting.getAndIncrement() > 0) {
                return;
            }
            int seen = 1;
            do {
                emitDemanded();
                seen = emitting.addAndGet(-seen);
            } while (seen > 0);
        }

        private void emitDemanded() {
            while (!ended) {
                if (next == null) {
                    try {
                        next = cursor.next();
                    } catch (Throwable e) {
                        ended = true;
                        subscriber.onError(e);
                        return;
                    }
                }
                if (next == null) {
                    ended = true;
                    subscriber.onComplete();
                } else if (demand.get() > 0) {
                    demand.decrementAndGet();
                    ByteBuffer piece = next;
                    next = null;
                    subscriber.onNext(piece);
                } else {
                    return;
                }
            }
        }
    }
}
