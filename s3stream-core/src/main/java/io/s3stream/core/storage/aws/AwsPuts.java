package io.s3stream.core.storage.aws;

import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.PutCondition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Writes whole objects, also on a condition. */
final class AwsPuts {

    private final AwsBucket bucket;

    AwsPuts(AwsBucket bucket) {
        this.bucket = bucket;
    }

    /**
     * Answers nothing when the condition did not hold. That may also be because an earlier attempt of this very call had
     * written the object and its response was lost: who needs to know compares what is there with what was meant.
     */
    CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition, EtagStyle style) {
        var result = new CompletableFuture<Optional<String>>();
        bucket.call("PUT", key, () -> {
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
                })
                .whenComplete((response, error) -> {
                    if (error == null) {
                        result.complete(Optional.of(EtagStyle.version(response.eTag())));
                    } else if (didNotHold(error, condition)) {
                        result.complete(Optional.empty());
                    } else {
                        result.completeExceptionally(error);
                    }
                });
        return result;
    }

    /** A condition on the version of a missing object is answered by 404 at Amazon and by 412 elsewhere. */
    private static boolean didNotHold(Throwable error, PutCondition condition) {
        return (!(condition instanceof PutCondition.Always) && AwsErrors.isPreconditionFailed(error))
                || (condition instanceof PutCondition.IfVersion && AwsErrors.isMissing(error));
    }
}
