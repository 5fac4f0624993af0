package io.s3stream.testkit.sim;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** An object in parts, each of which may be lost, late or repeated as a PUT may. Owns the parts until they are joined. */
final class SimMultipart implements MultipartUpload {

    private final SimObjectStorage storage;
    private final SimBucket bucket;
    private final String key;
    private final TreeMap<Integer, byte[]> parts = new TreeMap<>();
    private boolean aborted;

    SimMultipart(SimObjectStorage storage, SimBucket bucket, String key) {
        this.storage = storage;
        this.bucket = bucket;
        this.key = key;
    }

    @Override
    public CompletableFuture<Void> part(int number, ObjectBody body) {
        return storage.write("part", body, () -> keep(number, SimObjectStorage.read(body)))
                .thenAccept(SimMultipart::require);
    }

    @Override
    public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
        return storage.<Void>request("copy part", () -> {
            SimBucket.Stored source = bucket.get(sourceKey);
            if (source == null || from < 0 || length < 1 || from + length > source.bytes().length) {
                throw new InvalidRequestException("object=" + sourceKey + ": no bytes from " + from + ", " + length);
            }
            byte[] copy = new byte[Math.toIntExact(length)];
            System.arraycopy(source.bytes(), Math.toIntExact(from), copy, 0, copy.length);
            keep(number, copy);
            return null;
        });
    }

    @Override
    public CompletableFuture<String> complete() {
        return storage.write("complete", ObjectBody.of(new byte[0]), () -> {
                    if (aborted || parts.isEmpty() || parts.lastKey() != parts.size()) {
                        return null;
                    }
                    ByteArrayOutputStream whole = new ByteArrayOutputStream();
                    parts.values().forEach(whole::writeBytes);
                    return bucket.put(key, whole.toByteArray(), present -> true);
                })
                .thenApply(SimMultipart::require);
    }

    @Override
    public CompletableFuture<Void> abort() {
        return storage.<Void>request("abort", () -> {
            aborted = true;
            parts.clear();
            return null;
        });
    }

    private String keep(int number, byte[] part) {
        if (!aborted) {
            parts.put(number, part);
        }
        return "part " + number;
    }

    private static String require(Optional<String> answer) {
        return answer.orElseThrow(() -> new StorageException("simulated: no such upload, or a part is missing"));
    }
}
