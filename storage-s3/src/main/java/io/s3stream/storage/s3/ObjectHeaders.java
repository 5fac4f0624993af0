package io.s3stream.storage.s3;

import io.s3stream.storage.s3.options.Checksums;
import io.s3stream.storage.s3.options.Encryption;
import io.s3stream.storage.s3.options.S3Options;
import io.s3stream.storage.s3.options.StorageClasses;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.RequestPayer;

/**
 * The optional headers of requests. Null: the request does not have the header.
 *
 * @param payer of every request
 * @param checksumMode of reads: asks S3 for the checksum, which the SDK then validates; the SDK does not ask by itself
 * @param sse of requests that create an object, like the following two
 */
record ObjectHeaders(
        @Nullable RequestPayer payer,
        @Nullable ChecksumMode checksumMode,
        @Nullable String sse,
        @Nullable String kmsKeyId,
        StorageClasses storageClasses) {

    static ObjectHeaders of(S3Options options) {
        return new ObjectHeaders(
                options.requesterPays() ? RequestPayer.REQUESTER : null,
                options.responseChecksums() == Checksums.WHEN_SUPPORTED ? ChecksumMode.ENABLED : null,
                options.sse().map(Encryption::header).orElse(null),
                options.kmsKeyId().orElse(null),
                options.storageClasses());
    }

    /** @param key relative to the prefix of the storage */
    @Nullable
    String storageClass(String key) {
        return storageClasses.of(key);
    }
}
