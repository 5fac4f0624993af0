package io.s3stream.core.storage.aws;

import io.s3stream.core.storage.support.ObjectKeys;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * The bucket, or the part of it below a prefix.
 *
 * @param prefix empty, or ends with a slash
 */
record AwsBucket(S3AsyncClient client, String name, String prefix) {

    static AwsBucket of(S3AsyncClient client, AwsStorageOptions options) {
        return new AwsBucket(client, options.bucket(), options.prefix());
    }

    /** The key in the bucket of a key of the storage. */
    String fullKey(String key) {
        return prefix + ObjectKeys.check(key);
    }

    /** The key of the storage of a key in the bucket. */
    String relativeKey(String fullKey) {
        return fullKey.substring(prefix.length());
    }

    /** Calls the SDK; whatever it fails with, thrown or by its future, comes out as an exception of this library. */
    <T> CompletableFuture<T> call(String operation, String key, Supplier<CompletableFuture<T>> request) {
        CompletableFuture<T> answer;
        try {
            answer = request.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(AwsErrors.translate(e, operation, key, name));
        }
        var translated = new CompletableFuture<T>();
        answer.whenComplete((value, error) -> {
            if (error == null) {
                translated.complete(value);
            } else {
                translated.completeExceptionally(AwsErrors.translate(error, operation, key, name));
            }
        });
        return translated;
    }
}
