package io.s3stream.storage.s3;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.storage.s3.transfer.Futures;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Deletes any number of objects, a thousand by one request, one request at a time: no caller waits for the space. */
final class AwsDeletes {

    private static final int KEYS_PER_REQUEST = 1000;

    private final AwsBucket bucket;

    AwsDeletes(AwsBucket bucket) {
        this.bucket = bucket;
    }

    CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        try {
            all.forEach(bucket::fullKey);
        } catch (InvalidRequestException e) {
            return CompletableFuture.failedFuture(e);
        }
        return deleteFrom(all, 0, new LinkedHashMap<>());
    }

    private CompletableFuture<Map<String, String>> deleteFrom(List<String> keys, int from, Map<String, String> failed) {
        if (from >= keys.size()) {
            return CompletableFuture.completedFuture(failed);
        }
        int to = Math.min(keys.size(), from + KEYS_PER_REQUEST);
        List<String> chunk = keys.subList(from, to);
        return bucket.call(Use.DELETE, "DeleteObjects", chunk.get(0), () -> request(chunk))
                .thenAccept(response -> response.errors().forEach(each -> addUnlessMissing(failed, each)))
                .handle((done, error) -> {
                    if (error != null) {
                        // After a failed request the remaining keys are still tried.
                        String reason = String.valueOf(Futures.unwrap(error).getMessage());
                        chunk.forEach(key -> failed.put(key, reason));
                    }
                    return failed;
                })
                .thenCompose(soFar -> deleteFrom(keys, to, soFar));
    }

    private CompletableFuture<DeleteObjectsResponse> request(List<String> chunk) {
        List<ObjectIdentifier> identifiers = chunk.stream()
                .map(key -> ObjectIdentifier.builder().key(bucket.fullKey(key)).build())
                .toList();
        return bucket.client()
                .deleteObjects(request -> request.bucket(bucket.name())
                        .requestPayer(bucket.headers().payer())
                        .delete(delete -> delete.objects(identifiers).quiet(true)));
    }

    private void addUnlessMissing(Map<String, String> failed, S3Error error) {
        if (!"NoSuchKey".equals(error.code())) {
            failed.put(bucket.relativeKey(error.key()), error.code() + ": " + error.message());
        }
    }
}
