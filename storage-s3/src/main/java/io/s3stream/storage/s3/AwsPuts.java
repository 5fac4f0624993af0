package io.s3stream.storage.s3;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.storage.s3.transfer.EtagStyle;
import io.s3stream.storage.s3.transfer.Futures;
import io.s3stream.storage.s3.transfer.RequestBody;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Writes whole objects, also on a condition. Stateless. */
final class AwsPuts {

    private final AwsBucket bucket;
    private final AwsReads reads;

    /** @param reads to look at what was written when the answer does not tell its version */
    AwsPuts(AwsBucket bucket, AwsReads reads) {
        this.bucket = bucket;
        this.reads = reads;
    }

    /**
     * Answers nothing when the condition did not hold. That may also be because an earlier attempt of this very call had
     * written the object and its response was lost: who needs to know compares what is there with what was meant.
     */
    CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition, EtagStyle style) {
        if (condition instanceof PutCondition.IfVersion expected
                && expected.version().isEmpty()) {
            return CompletableFuture.failedFuture(new StorageException(
                    "PUT object=" + key + ": the version that is expected is unknown, read the object again"));
        }
        return Futures.settle(
                bucket.call(Use.WRITE, "PUT", key, () -> {
                    PutObjectRequest.Builder request = PutObjectRequest.builder()
                            .bucket(bucket.name())
                            .key(bucket.fullKey(key))
                            .contentLength(body.length());
                    if (condition instanceof PutCondition.IfAbsent) {
                        request.ifNoneMatch("*");
                    } else if (condition instanceof PutCondition.IfVersion expected) {
                        request.ifMatch(style.header(expected.version()));
                    }
                    var requestBody = new RequestBody(body);
                    return requestBody.settled(bucket.client().putObject(request.build(), requestBody));
                }),
                response -> {
                    String version = EtagStyle.version(response.eTag());
                    return version.isEmpty()
                            ? confirm(key, body, condition)
                            : CompletableFuture.completedFuture(Optional.of(version));
                },
                error -> didNotHold(error, condition)
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(error));
    }

    /** A condition on the version of a missing object is answered by 404 at Amazon and by 412 elsewhere. */
    private static boolean didNotHold(Throwable error, PutCondition condition) {
        return (!(condition instanceof PutCondition.Always) && AwsErrors.isPreconditionFailed(error))
                || (condition instanceof PutCondition.IfVersion && AwsErrors.isMissing(error));
    }

    /**
     * Finds out the version after a success without one. Others may have written the key since, on their own condition: their version
     * must not be taken for the one that was written here, so the bytes are compared.
     */
    private CompletableFuture<Optional<String>> confirm(String key, ObjectBody body, PutCondition condition) {
        if (condition instanceof PutCondition.Always) {
            return reads.head(key)
                    .thenApply(found -> found.filter(object -> object.size() == body.length())
                            .map(object -> Optional.of(object.version()))
                            .orElseThrow(() -> unconfirmed(key)));
        }
        return reads.get(key, ByteRange.WHOLE).thenApply(found -> {
            try (ObjectContent content = found.orElseThrow(() -> unconfirmed(key))) {
                if (content.version().isEmpty() || !isEqual(content, body)) {
                    throw unconfirmed(key);
                }
                return Optional.of(content.version());
            }
        });
    }

    private static boolean isEqual(ObjectContent content, ObjectBody body) {
        ByteBuffer there = content.data().nioBuffer();
        if (there.remaining() != body.length()) {
            return false;
        }
        ObjectBody.Cursor cursor = body.open();
        for (ByteBuffer meant = cursor.next(); meant != null; meant = cursor.next()) {
            ByteBuffer part = there.slice(there.position(), meant.remaining());
            if (!part.equals(meant)) {
                return false;
            }
            there.position(there.position() + part.remaining());
        }
        return true;
    }

    private static StorageException unconfirmed(String key) {
        return new StorageException(
                "PUT object=" + key
                        + " was answered by success without ETag, and what is there now is not what was written, or has no ETag");
    }
}
