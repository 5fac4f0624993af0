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

/** Writes whole objects, with or without a condition. Stateless. */
final class AwsPuts {

    private final AwsBucket bucket;
    private final AwsReads reads;

    /** @param reads for checking the object when the answer has no version */
    AwsPuts(AwsBucket bucket, AwsReads reads) {
        this.bucket = bucket;
        this.reads = reads;
    }

    /**
     * Completes empty when the condition did not hold. An earlier attempt of this very call may be the reason, if its
     * response was lost. A caller that needs to know compares the present value with its own.
     */
    CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition, EtagStyle style) {
        if (condition instanceof PutCondition.IfVersion expected
                && expected.version().isEmpty()) {
            return CompletableFuture.failedFuture(new StorageException(bucket.place(Use.WRITE, "PutObject", key)
                    + ": the expected version is unknown, read the object again"));
        }
        return Futures.settle(
                bucket.call(Use.WRITE, "PutObject", key, () -> {
                    PutObjectRequest.Builder request = PutObjectRequest.builder()
                            .bucket(bucket.name())
                            .key(bucket.fullKey(key))
                            .contentLength(body.length())
                            .requestPayer(bucket.headers().payer())
                            .serverSideEncryption(bucket.headers().sse())
                            .ssekmsKeyId(bucket.headers().kmsKeyId())
                            .storageClass(bucket.headers().storageClass(key));
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

    /** Amazon answers a condition on the version of a missing object by 404, other stores by 412. */
    private static boolean didNotHold(Throwable error, PutCondition condition) {
        return (!(condition instanceof PutCondition.Always) && AwsErrors.isPreconditionFailed(error))
                || (condition instanceof PutCondition.IfVersion && AwsErrors.isMissing(error));
    }

    /**
     * Finds the version after a success without one. Another process may have written the key since, on its own
     * condition. Its version must not be taken for ours, so the bytes are compared.
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

    private StorageException unconfirmed(String key) {
        return new StorageException(bucket.place(Use.WRITE, "PutObject", key)
                + " was answered by success without ETag, and the object there now has other content, or no ETag");
    }
}
