package io.s3stream.core.storage.aws;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ObjectSummary;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists keys as {@link io.s3stream.spi.storage.ObjectStorage#list} promises, over a bucket of one kind. */
interface Listing {

    static Listing of(AwsBucket bucket, boolean unordered) {
        return unordered ? new UnorderedListing(bucket) : new OrderedListing(bucket);
    }

    CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit);

    /** In what order keys are listed: that of their bytes. */
    static int compareKeys(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    static ObjectSummary summary(AwsBucket bucket, S3Object object) {
        if (object.size() == null) {
            throw new StorageException(
                    "bucket=" + bucket.name() + " lists object=" + object.key() + " without its size");
        }
        return new ObjectSummary(bucket.relativeKey(object.key()), object.size(), EtagStyle.version(object.eTag()));
    }

    /**
     * Answers with what the next page begins; empty after the last page.
     *
     * @param before what this page began with
     * @throws StorageException if the page says that more follow, but not where
     */
    static String continuation(ListObjectsV2Response page, String before) {
        if (!Boolean.TRUE.equals(page.isTruncated())) {
            return "";
        }
        String next = page.nextContinuationToken();
        if (next == null || next.isEmpty() || next.equals(before)) {
            throw new StorageException(
                    "a page of a listing after '" + before + "' says that more follow, but goes on at '" + next + "'");
        }
        return next;
    }
}
