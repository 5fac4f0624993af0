package io.s3stream.testkit.sim;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.PendingMultipart;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A multipart upload. Each part may be lost, late or repeated, as a PUT may. Owns the parts until they are joined. */
final class SimMultipart implements MultipartUpload {

    private final SimObjectStorage storage;
    private final SimBucket bucket;
    private final PendingMultipart upload;
    private final TreeMap<Integer, byte[]> parts = new TreeMap<>();
    private @Nullable String completed;

    /** Begins a multipart upload in the bucket. */
    SimMultipart(SimObjectStorage storage, SimBucket bucket, String key) {
        this.storage = storage;
        this.bucket = bucket;
        this.upload = bucket.beginMultipart(key);
    }

    @Override
    public CompletableFuture<Void> part(int number, ObjectBody body) {
        return storage.write("part", body, () -> keep(number, SimObjectStorage.read(body)))
                .thenAccept(SimMultipart::require);
    }

    @Override
    public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
        return storage.request("copy part", () -> {
                    SimBucket.Stored source = bucket.get(sourceKey);
                    if (source == null || from < 0 || length < 1 || from + length > source.bytes().length) {
                        throw new InvalidRequestException(
                                "object=" + sourceKey + ": no bytes from " + from + ", " + length);
                    }
                    byte[] copy = new byte[Math.toIntExact(length)];
                    System.arraycopy(source.bytes(), Math.toIntExact(from), copy, 0, copy.length);
                    return Optional.ofNullable(keep(number, copy));
                })
                .thenAccept(SimMultipart::require);
    }

    @Override
    public CompletableFuture<String> complete() {
        return storage.write("complete", ObjectBody.of(new byte[0]), () -> {
                    if (!bucket.hasMultipart(upload)) {
                        return completed; // the response was lost: HEAD settles the outcome [R24]
                    }
                    if (parts.isEmpty() || parts.lastKey() != parts.size()) {
                        return null;
                    }
                    ByteArrayOutputStream whole = new ByteArrayOutputStream();
                    parts.values().forEach(whole::writeBytes);
                    completed = bucket.put(upload.key(), whole.toByteArray(), present -> true);
                    bucket.abortMultipart(upload);
                    return completed;
                })
                .thenApply(SimMultipart::require);
    }

    @Override
    public CompletableFuture<Void> abort() {
        return storage.<Void>request("abort", () -> {
            bucket.abortMultipart(upload);
            return null;
        });
    }

    private @Nullable String keep(int number, byte[] part) {
        if (!bucket.hasMultipart(upload)) {
            return null;
        }
        parts.put(number, part);
        return "part " + number;
    }

    private static String require(Optional<String> answer) {
        return answer.orElseThrow(() -> new StorageException("simulated: no such upload, or a part is missing"));
    }
}
