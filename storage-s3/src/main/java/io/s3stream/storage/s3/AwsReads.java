package io.s3stream.storage.s3;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.storage.s3.transfer.ContentReceiver;
import io.s3stream.storage.s3.transfer.EtagStyle;
import io.s3stream.storage.s3.transfer.Futures;
import io.s3stream.storage.s3.transfer.OddAnswerException;
import io.s3stream.storage.s3.transfer.Received;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Reads objects, whole or in part. Two consecutive answers must agree that an object is missing, or ends before a
 * range. An answer that does not fit the request is retried. Stateless.
 */
final class AwsReads {

    private static final int TRIES = 4;

    private final AwsBucket bucket;
    private final ByteBufAllocator allocator;

    AwsReads(AwsBucket bucket, ByteBufAllocator allocator) {
        this.bucket = bucket;
        this.allocator = allocator;
    }

    CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return confirmed(
                        key,
                        range,
                        () -> request(operation(range), key, range, request -> request.range(header(range))))
                .thenCompose(read -> {
                    if (read instanceof Read.Found found) {
                        return sized(key, found.content()).thenApply(Optional::of);
                    }
                    Throwable error = ((Read.Absent) read).error();
                    if (!AwsErrors.isPastTheEnd(error)) {
                        return CompletableFuture.completedFuture(Optional.empty());
                    }
                    // An empty object has no last bytes, but all of it is a suffix of any length.
                    return range instanceof ByteRange.Suffix
                            ? get(key, ByteRange.WHOLE)
                            : CompletableFuture.failedFuture(error);
                });
    }

    CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return confirmed(
                        key,
                        ByteRange.WHOLE,
                        () -> request(
                                        "GetObject if-changed",
                                        key,
                                        ByteRange.WHOLE,
                                        request -> request.ifNoneMatch(EtagStyle.QUOTED.header(version)))
                                .thenApply(content -> requireVersion(content, key)))
                .thenApply(read -> {
                    if (read instanceof Read.Found found) {
                        return new ConditionalContent.Changed(found.content());
                    }
                    return AwsErrors.isNotModified(((Read.Absent) read).error())
                            ? new ConditionalContent.Unchanged()
                            : new ConditionalContent.Missing();
                });
    }

    CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return head(key, false);
    }

    private CompletableFuture<Optional<ObjectSummary>> head(String key, boolean wasMissing) {
        return Futures.settle(
                bucket.call(
                        Use.READ,
                        "HeadObject",
                        key,
                        () -> bucket.client()
                                .headObject(request -> request.bucket(bucket.name())
                                        .key(bucket.fullKey(key))
                                        .requestPayer(bucket.headers().payer()))),
                head -> {
                    if (head.contentLength() == null) {
                        throw new StorageException(
                                bucket.place(Use.READ, "HeadObject", key) + ": the answer has no size");
                    }
                    return CompletableFuture.completedFuture(
                            Optional.of(new ObjectSummary(key, head.contentLength(), EtagStyle.version(head.eTag()))));
                },
                error -> {
                    if (!AwsErrors.isMissing(error)) {
                        return CompletableFuture.failedFuture(error);
                    }
                    return wasMissing ? CompletableFuture.completedFuture(Optional.empty()) : head(key, true);
                });
    }

    /** A confirmed answer. */
    private sealed interface Read {

        record Found(ObjectContent content) implements Read {}

        /** @param error says that there is no content, or no new content */
        record Absent(Throwable error) implements Read {}
    }

    private CompletableFuture<Read> confirmed(
            String key, ByteRange range, Supplier<CompletableFuture<ObjectContent>> request) {
        return confirmed(key, range, request, null, TRIES);
    }

    private CompletableFuture<Read> confirmed(
            String key,
            ByteRange range,
            Supplier<CompletableFuture<ObjectContent>> request,
            @Nullable Throwable before,
            int tries) {
        return Futures.settle(
                request.get(), content -> CompletableFuture.completedFuture(new Read.Found(content)), error -> {
                    boolean isAbsence = isAbsence(error, range);
                    if (AwsErrors.isNotModified(error)
                            || (isAbsence && before != null && isSameAbsence(before, error))) {
                        return CompletableFuture.completedFuture(new Read.Absent(error));
                    }
                    if (!isAbsence && !(error instanceof OddAnswerException) && !AwsErrors.isPastTheEnd(error)) {
                        return CompletableFuture.failedFuture(error);
                    }
                    return tries > 1
                            ? confirmed(key, range, request, error, tries - 1)
                            : CompletableFuture.failedFuture(new StorageException(
                                    bucket.place(Use.READ, operation(range), key) + ": no two of " + TRIES
                                            + " answers agree; the last one: " + error.getMessage(),
                                    error));
                });
    }

    /** No range of a whole object is past its end: such an answer is odd. */
    private static boolean isAbsence(Throwable error, ByteRange range) {
        return AwsErrors.isMissing(error) || (AwsErrors.isPastTheEnd(error) && !(range instanceof ByteRange.Whole));
    }

    private static boolean isSameAbsence(Throwable one, Throwable other) {
        return (AwsErrors.isMissing(one) && AwsErrors.isMissing(other))
                || (AwsErrors.isPastTheEnd(one) && AwsErrors.isPastTheEnd(other));
    }

    /** Returns the content with the size of its object; asks for it if the answer had none. */
    private CompletableFuture<ObjectContent> sized(String key, ObjectContent content) {
        if (content.objectSize() != Received.UNKNOWN) {
            return CompletableFuture.completedFuture(content);
        }
        return Futures.settle(
                head(key),
                found -> {
                    if (found.isEmpty()) {
                        content.close();
                        throw new StorageException(bucket.place(Use.READ, "GetObject", key)
                                + ": the answer has no size, and HeadObject finds no object");
                    }
                    return CompletableFuture.completedFuture(
                            Received.sized(content, found.get().size()));
                },
                error -> {
                    content.close();
                    return CompletableFuture.failedFuture(error);
                });
    }

    private ObjectContent requireVersion(ObjectContent content, String key) {
        if (content.version().isEmpty()) {
            content.close();
            throw new OddAnswerException(bucket.place(Use.READ, "GetObject", key) + ": the answer has no ETag");
        }
        return content;
    }

    private CompletableFuture<ObjectContent> request(
            String operation,
            String key,
            ByteRange range,
            Function<GetObjectRequest.Builder, GetObjectRequest.Builder> details) {
        return bucket.call(Use.READ, operation, key, () -> {
                    var request = GetObjectRequest.builder()
                            .bucket(bucket.name())
                            .key(bucket.fullKey(key))
                            .checksumMode(bucket.headers().checksumMode())
                            .requestPayer(bucket.headers().payer());
                    var receiver = new ContentReceiver(key, allocator);
                    return receiver.settled(
                            bucket.client().getObject(details.apply(request).build(), receiver));
                })
                .thenApply(received -> received.as(range, key));
    }

    private static String operation(ByteRange range) {
        String header = header(range);
        return header == null ? "GetObject" : "GetObject " + header;
    }

    private static @Nullable String header(ByteRange range) {
        if (range instanceof ByteRange.Slice slice) {
            long last = slice.from() + slice.length() - 1;
            return "bytes=" + slice.from() + "-" + (last < 0 || last == Long.MAX_VALUE ? "" : last);
        }
        return range instanceof ByteRange.Suffix suffix ? "bytes=-" + suffix.length() : null;
    }
}
