package io.s3stream.core.storage.aws;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectSummary;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** Reads objects, whole or in part. */
final class AwsReads {

    private final AwsBucket bucket;
    private final ByteBufAllocator allocator;

    AwsReads(AwsBucket bucket, ByteBufAllocator allocator) {
        this.bucket = bucket;
        this.allocator = allocator;
    }

    CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return orElse(
                request("GET " + range, key, request -> request.range(header(range)))
                        .thenApply(Optional::of),
                error -> {
                    if (AwsErrors.isMissing(error)) {
                        return CompletableFuture.completedFuture(Optional.empty());
                    }
                    if (AwsErrors.isPastTheEnd(error) && range instanceof ByteRange.Suffix) {
                        // An empty object has no last bytes, but all of it is a suffix of any length.
                        return get(key, ByteRange.WHOLE);
                    }
                    return CompletableFuture.failedFuture(error);
                });
    }

    CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        CompletableFuture<ConditionalContent> changed = request(
                        "GET if changed", key, request -> request.ifNoneMatch(EtagStyle.QUOTED.header(version)))
                .thenApply(ConditionalContent.Changed::new);
        return orElse(changed, error -> {
            if (AwsErrors.isNotModified(error)) {
                return CompletableFuture.completedFuture(new ConditionalContent.Unchanged());
            }
            if (AwsErrors.isMissing(error)) {
                return CompletableFuture.completedFuture(new ConditionalContent.Missing());
            }
            return CompletableFuture.failedFuture(error);
        });
    }

    CompletableFuture<Optional<ObjectSummary>> head(String key) {
        var summary = bucket.call(
                        "HEAD",
                        key,
                        () -> bucket.client()
                                .headObject(
                                        request -> request.bucket(bucket.name()).key(bucket.fullKey(key))))
                .thenApply(head ->
                        Optional.of(new ObjectSummary(key, head.contentLength(), EtagStyle.version(head.eTag()))));
        return orElse(
                summary,
                error -> AwsErrors.isMissing(error)
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(error));
    }

    private CompletableFuture<ObjectContent> request(
            String operation, String key, Function<GetObjectRequest.Builder, GetObjectRequest.Builder> details) {
        return bucket.call(operation, key, () -> {
            var request = GetObjectRequest.builder().bucket(bucket.name()).key(bucket.fullKey(key));
            var receiver = new ContentReceiver(key, allocator);
            return receiver.settled(
                    bucket.client().getObject(details.apply(request).build(), receiver));
        });
    }

    private static @Nullable String header(ByteRange range) {
        if (range instanceof ByteRange.Slice slice) {
            long last = slice.from() + slice.length() - 1;
            return "bytes=" + slice.from() + "-" + (last < 0 || last == Long.MAX_VALUE ? "" : last);
        }
        return range instanceof ByteRange.Suffix suffix ? "bytes=-" + suffix.length() : null;
    }

    private static <T> CompletableFuture<T> orElse(
            CompletableFuture<T> call, Function<Throwable, CompletableFuture<T>> onError) {
        return call.handle((value, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(value);
                    }
                    boolean wrapped = error instanceof CompletionException && error.getCause() != null;
                    return onError.apply(wrapped ? error.getCause() : error);
                })
                .thenCompose(answer -> answer);
    }
}
