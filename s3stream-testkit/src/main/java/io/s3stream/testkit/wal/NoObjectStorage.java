package io.s3stream.testkit.wal;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.storage.StorageOpener;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An object storage whose calls all fail, for WALs that need no object storage. */
final class NoObjectStorage implements ObjectStorage {

    static final StorageOpener OPENER = uri -> refuse();

    private static <T> CompletableFuture<T> refuse() {
        return CompletableFuture.failedFuture(new InvalidRequestException("this test has no object storage"));
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return refuse();
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return refuse();
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return refuse();
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return refuse();
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return refuse();
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return refuse();
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return refuse();
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return refuse();
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return refuse();
    }

    @Override
    public void close() {}
}
