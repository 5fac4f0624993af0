package io.s3stream.core.storage.aws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.StorageException;
import io.s3stream.core.storage.support.Extent;
import io.s3stream.spi.storage.ObjectContent;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Receives an object into one buffer of its size. Attempts may overlap with the end of the call (a timeout on another
 * thread): each owns its buffer under its lock, until it is handed over or discarded, whichever comes first.
 */
final class ContentReceiver implements AsyncResponseTransformer<GetObjectResponse, ObjectContent> {

    private final String key;
    private final ByteBufAllocator allocator;
    private Attempt attempt = new Attempt();
    private boolean finished;

    ContentReceiver(String key, ByteBufAllocator allocator) {
        this.key = key;
        this.allocator = allocator;
    }

    /** Passes the outcome of the call on; when it failed, no buffer remains. */
    CompletableFuture<ObjectContent> settled(CompletableFuture<ObjectContent> call) {
        return call.whenComplete((content, error) -> {
            Attempt last = finish();
            if (error != null) {
                last.discard();
            }
        });
    }

    @Override
    public synchronized CompletableFuture<ObjectContent> prepare() {
        attempt.discard();
        attempt = new Attempt();
        if (finished) {
            attempt.fail(new StorageException("object=" + key + " is no longer waited for"));
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

    /** One response. */
    private final class Attempt implements Subscriber<ByteBuffer> {

        final CompletableFuture<ObjectContent> result = new CompletableFuture<>();
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
                } catch (RuntimeException e) {
                    newSubscription.cancel();
                    fail(e);
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
                fail(new StorageException("object=" + key + ": more bytes arrived than the announced "
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
            ObjectContent content;
            synchronized (this) {
                if (data == null) {
                    return;
                }
                if (data.writableBytes() > 0
                        && data.readableBytes() < response().contentLength()) {
                    fail(new StorageException("object=" + key + ": only " + data.readableBytes() + " of "
                            + response().contentLength() + " bytes arrived"));
                    return;
                }
                content = content(data);
            }
            result.complete(content);
        }

        /** Fails the attempt and lets go of its buffer. */
        void fail(Throwable error) {
            discard();
            result.completeExceptionally(
                    error instanceof CompletionException e && e.getCause() != null ? e.getCause() : error);
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
                throw new StorageException("object=" + key + ": the store does not tell how many bytes it sends");
            }
            return known;
        }

        private ObjectContent content(ByteBuf bytes) {
            String range = response().contentRange();
            String version = EtagStyle.version(response().eTag());
            if (range == null) {
                return new ObjectContent(bytes, 0, bytes.readableBytes(), version);
            }
            // "bytes 3-6/10"
            long from = Long.parseLong(range.substring(range.indexOf(' ') + 1, range.indexOf('-')));
            long size = Long.parseLong(range.substring(range.indexOf('/') + 1));
            return new ObjectContent(bytes, from, size, version);
        }
    }
}
