package io.s3stream.storage.s3;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.support.PartNumbers;
import io.s3stream.storage.s3.transfer.EtagStyle;
import io.s3stream.storage.s3.transfer.Futures;
import io.s3stream.storage.s3.transfer.RequestBody;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An upload in parts. A nonce in the metadata of the object marks it. If the response to a completion was lost, the
 * retry finds no upload; the nonce then shows that the upload was completed.
 */
final class AwsMultipart implements MultipartUpload {

    private static final String NONCE = "s3stream-upload";

    private final AwsBucket bucket;
    private final String key;
    private final String uploadId;
    private final String nonce;
    private final ConcurrentSkipListMap<Integer, String> etags = new ConcurrentSkipListMap<>();

    private AwsMultipart(AwsBucket bucket, String key, String uploadId, String nonce) {
        this.bucket = bucket;
        this.key = key;
        this.uploadId = uploadId;
        this.nonce = nonce;
    }

    static CompletableFuture<MultipartUpload> begin(AwsBucket bucket, String key, String nonce) {
        return bucket.call(
                        Use.PART,
                        "CreateMultipartUpload",
                        key,
                        () -> bucket.client()
                                .createMultipartUpload(request -> request.bucket(bucket.name())
                                        .key(bucket.fullKey(key))
                                        .contentType("application/octet-stream")
                                        .requestPayer(bucket.headers().payer())
                                        .serverSideEncryption(bucket.headers().sse())
                                        .ssekmsKeyId(bucket.headers().kmsKeyId())
                                        .storageClass(bucket.headers().storageClass(key))
                                        .metadata(Map.of(NONCE, nonce))))
                .thenApply(upload -> new AwsMultipart(
                        bucket,
                        key,
                        told(bucket, upload.uploadId(), "CreateMultipartUpload", key, "upload id"),
                        nonce));
    }

    @Override
    public CompletableFuture<Void> part(int number, ObjectBody body) {
        return bucket.call(Use.PART, "UploadPart part=" + number, key, () -> {
                    var requestBody = new RequestBody(body);
                    return requestBody.settled(bucket.client()
                            .uploadPart(
                                    request -> request.bucket(bucket.name())
                                            .key(bucket.fullKey(key))
                                            .uploadId(uploadId)
                                            .partNumber(PartNumbers.check(key, number))
                                            .contentLength(body.length())
                                            .requestPayer(bucket.headers().payer()),
                                    requestBody));
                })
                .thenAccept(response -> etags.put(number, told(bucket, response.eTag(), "UploadPart", key, "ETag")));
    }

    @Override
    public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
        return bucket.call(Use.PART, "UploadPartCopy part=" + number + " source=" + sourceKey, key, () -> {
                    if (from < 0 || length < 1) {
                        throw new InvalidRequestException("object=" + sourceKey + " range from=" + from + " length="
                                + length + ": from must be at least 0 and length at least 1");
                    }
                    return bucket.client()
                            .uploadPartCopy(request -> request.sourceBucket(bucket.name())
                                    .sourceKey(bucket.fullKey(sourceKey))
                                    .copySourceRange("bytes=" + from + "-" + Math.addExact(from, length - 1))
                                    .destinationBucket(bucket.name())
                                    .requestPayer(bucket.headers().payer())
                                    .destinationKey(bucket.fullKey(key))
                                    .uploadId(uploadId)
                                    .partNumber(PartNumbers.check(key, number)));
                })
                .thenAccept(response -> etags.put(
                        number,
                        told(
                                bucket,
                                response.copyPartResult() == null
                                        ? null
                                        : response.copyPartResult().eTag(),
                                "UploadPartCopy",
                                key,
                                "ETag")));
    }

    @Override
    public CompletableFuture<String> complete() {
        return Futures.settle(
                bucket.call(Use.PART, "CompleteMultipartUpload", key, () -> {
                    PartNumbers.checkComplete(key, etags.keySet());
                    var parts = etags.entrySet().stream()
                            .map(part -> CompletedPart.builder()
                                    .partNumber(part.getKey())
                                    .eTag(part.getValue())
                                    .build())
                            .toList();
                    return bucket.client()
                            .completeMultipartUpload(request -> request.bucket(bucket.name())
                                    .key(bucket.fullKey(key))
                                    .uploadId(uploadId)
                                    .requestPayer(bucket.headers().payer())
                                    .multipartUpload(upload -> upload.parts(parts)));
                }),
                response -> {
                    String version = EtagStyle.version(response.eTag());
                    return version.isEmpty() ? settle(null) : CompletableFuture.completedFuture(version);
                },
                error -> AwsErrors.isNoSuchUpload(error) ? settle(error) : CompletableFuture.failedFuture(error));
    }

    @Override
    public CompletableFuture<Void> abort() {
        return abort(bucket, key, uploadId);
    }

    /** Ends an upload; a missing upload counts as ended. */
    static CompletableFuture<Void> abort(AwsBucket bucket, String key, String uploadId) {
        return Futures.settle(
                bucket.call(
                        Use.PART,
                        "AbortMultipartUpload",
                        key,
                        () -> bucket.client()
                                .abortMultipartUpload(request -> request.bucket(bucket.name())
                                        .key(bucket.fullKey(key))
                                        .uploadId(uploadId)
                                        .requestPayer(bucket.headers().payer()))),
                response -> CompletableFuture.completedFuture(null),
                error -> AwsErrors.isNoSuchUpload(error)
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(error));
    }

    /**
     * Reads the object after an unclear completion. Either the response had no version, as with Ceph RGW 16.2, or the
     * upload no longer exists. In the second case an earlier attempt completed it, and the object has the nonce, or
     * another process aborted it.
     */
    private CompletableFuture<String> settle(@Nullable Throwable noSuchUpload) {
        return bucket.call(
                        Use.READ,
                        "HeadObject",
                        key,
                        () -> bucket.client()
                                .headObject(request -> request.bucket(bucket.name())
                                        .key(bucket.fullKey(key))
                                        .requestPayer(bucket.headers().payer())))
                .thenApply(head -> {
                    if (nonce.equals(head.metadata().get(NONCE))) {
                        return told(bucket, EtagStyle.version(head.eTag()), "HeadObject", key, "ETag");
                    }
                    throw new StorageException(
                            bucket.place(Use.PART, "CompleteMultipartUpload", key)
                                    + ": the upload in parts does not exist, and the object there is not its result",
                            noSuchUpload);
                });
    }

    private static String told(AwsBucket bucket, @Nullable String value, String operation, String key, String what) {
        if (value == null || value.isEmpty()) {
            throw new StorageException(bucket.place(Use.PART, operation, key) + ": the answer has no " + what);
        }
        return value;
    }
}
