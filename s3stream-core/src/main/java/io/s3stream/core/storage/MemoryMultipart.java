package io.s3stream.core.storage;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.storage.support.Extent;
import io.s3stream.spi.storage.support.PartNumbers;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps parts in memory until they are joined. */
final class MemoryMultipart implements MultipartUpload {

    private final MemoryObjectStorage storage;
    private final String key;
    private final String id;
    private final ConcurrentSkipListMap<Integer, byte[]> parts = new ConcurrentSkipListMap<>();

    MemoryMultipart(MemoryObjectStorage storage, String key, String id) {
        this.storage = storage;
        this.key = key;
        this.id = id;
    }

    String key() {
        return key;
    }

    @Override
    public CompletableFuture<Void> part(int number, ObjectBody body) {
        return MemoryObjectStorage.answer(() -> keep(number, MemoryObjectStorage.copy(key, body)));
    }

    @Override
    public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
        return MemoryObjectStorage.answer(() -> {
            byte[] source = storage.bytes(sourceKey);
            if (source == null) {
                throw new StreamException(
                        StreamException.Kind.NOT_FOUND, "object=" + sourceKey + " to copy from does not exist");
            }
            Extent extent = Extent.exactly(sourceKey, from, length, source.length);
            byte[] part = new byte[extent.length()];
            System.arraycopy(source, (int) from, part, 0, part.length);
            return keep(number, part);
        });
    }

    @Override
    public CompletableFuture<String> complete() {
        return MemoryObjectStorage.answer(() -> {
            PartNumbers.checkComplete(key, parts.keySet());
            if (!storage.isPending(id)) {
                throw new StorageException("object=" + key + ": the upload in parts does not exist: it was aborted");
            }
            var joined = new ByteArrayOutputStream();
            parts.values().forEach(joined::writeBytes);
            storage.endMultipart(id);
            return storage.put(key, joined.toByteArray(), PutCondition.ALWAYS).orElseThrow();
        });
    }

    @Override
    public CompletableFuture<Void> abort() {
        storage.endMultipart(id);
        parts.clear();
        return CompletableFuture.completedFuture(null);
    }

    private Void keep(int number, byte[] part) {
        parts.put(PartNumbers.check(key, number), part);
        return null;
    }
}
