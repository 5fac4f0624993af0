package io.s3stream.storage.s3.transfer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.storage.support.Extent;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Receives an object into one buffer of its size. Attempts may overlap with the end of the call (a timeout on another
 * thread). Each attempt owns its buffer under its lock, until the buffer is handed over or discarded.
 */
public final class ContentReceiver implements AsyncResponseTransformer<GetObjectResponse, Received> {

    private static final int PARTIAL_CONTENT = 206;

    private final String key;
    private final ByteBufAllocator allocator;
    private Attempt attempt = new Attempt();
    private boolean finished;

    public ContentReceiver(String key, ByteBufAllocator allocator) {
        this.key = key;
        this.allocator = allocator;
    }

    /** Passes on the outcome of the call; after a failure no buffer remains. */
    public CompletableFuture<Received> settled(CompletableFuture<Received> call) {
        return call.whenComplete((content, error) -> {
            Attempt last = finish();
            if (error != null) {
                last.discard();
            }
        });
    }

    @Override
    public synchronized CompletableFuture<Received> prepare() {
        attempt.discard();
        attempt = new Attempt();
        if (finished) {
            attempt.fail(new StorageException("object=" + key + ": the read was abandoned"));
        }
        return attempt.result;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        current().response = response;
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> publisher) {
        publisher.subscribe(current());
    }

    @Override
    public void exceptionOccurred(Throwable error) {
        current().fail(error);
    }

    private synchronized Attempt current() {
        return attempt;
    }

    private synchronized Attempt finish() {
        finished = true;
        return attempt;
    }

    /** A response. */
    private final class Attempt implements Subscriber<ByteBuffer> {

        final CompletableFuture<Received> result = new CompletableFuture<>();
        volatile @Nullable GetObjectResponse response;
        private @Nullable ByteBuf data;
        private @Nullable Subscription subscription;
        private boolean over;

        @Override
        public void onSubscribe(Subscription newSubscription) {
            synchronized (this) {
                if (over || subscription != null) {
                    newSubscription.cancel();
                    return;
                }
                subscription = newSubscription;
                try {
                    data = allocator.directBuffer(
                            Extent.inOneBuffer(key, response().contentLength()));
                } catch (Throwable e) { // lack of memory fails only this call
                    newSubscription.cancel();
                    fail(
                            e instanceof StreamException
                                    ? e
                                    : new StorageException("object=" + key + " cannot be received: " + e, e));
                    return;
                }
            }
            newSubscription.request(Long.MAX_VALUE);
        }

        @Override
        public synchronized void onNext(ByteBuffer piece) {
            if (data == null) {
                return;
            }
            if (data.readableBytes() + piece.remaining() > response().contentLength()) {
                fail(new OddAnswerException("object=" + key + ": more bytes arrived than the announced "
                        + response().contentLength()));
                return;
            }
            data.writeBytes(piece);
        }

        @Override
        public void onError(Throwable error) {
            fail(error);
        }

        @Override
        public void onComplete() {
            Received received;
            synchronized (this) {
                if (data == null) {
                    return;
                }
                if (data.writableBytes() > 0
                        && data.readableBytes() < response().contentLength()) {
                    fail(new OddAnswerException("object=" + key + ": only " + data.readableBytes() + " of "
                            + response().contentLength() + " bytes arrived"));
                    return;
                }
                received = received(data);
            }
            result.complete(received);
        }

        /** Fails the attempt and releases its buffer. */
        void fail(Throwable error) {
            discard();
            result.completeExceptionally(Futures.unwrap(error));
        }

        synchronized void discard() {
            over = true;
            if (data != null) {
                data.release();
                data = null;
            }
        }

        private GetObjectResponse response() {
            GetObjectResponse known = response;
            if (known == null || known.contentLength() == null) {
                throw new OddAnswerException("object=" + key + ": the store does not say how many bytes it sends");
            }
            return known;
        }

        private Received received(ByteBuf bytes) {
            GetObjectResponse known = response();
            boolean isPart = known.sdkHttpResponse() == null
                    ? known.contentRange() != null
                    : known.sdkHttpResponse().statusCode() == PARTIAL_CONTENT;
            return new Received(bytes, isPart, known.contentRange(), EtagStyle.version(known.eTag()));
        }
    }
}
