package io.s3stream.endtoend;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** An object storage that supports everything except copies of parts, and counts the refused copies. */
final class NoPartCopies extends ForwardingObjectStorage {

    private final AtomicInteger refused = new AtomicInteger();

    NoPartCopies(ObjectStorage storage) {
        super(storage);
    }

    int refused() {
        return refused.get();
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return super.createMultipart(key).thenApply(Upload::new);
    }

    private final class Upload implements MultipartUpload {

        private final MultipartUpload upload;

        Upload(MultipartUpload upload) {
            this.upload = upload;
        }

        @Override
        public CompletableFuture<Void> part(int number, ObjectBody body) {
            return upload.part(number, body);
        }

        @Override
        public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
            refused.incrementAndGet();
            return CompletableFuture.failedFuture(
                    new InvalidRequestException("object=" + sourceKey + ": this storage does not copy parts"));
        }

        @Override
        public CompletableFuture<String> complete() {
            return upload.complete();
        }

        @Override
        public CompletableFuture<Void> abort() {
            return upload.abort();
        }
    }
}
