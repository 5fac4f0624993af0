package io.s3stream.storage.s3;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.storage.s3.transfer.EtagStyle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists keys as {@link io.s3stream.spi.storage.ObjectStorage#list} promises, over a bucket of one kind. */
interface Listing {

    static Listing of(AwsBucket bucket, boolean unordered) {
        return unordered ? new UnorderedListing(bucket) : new OrderedListing(bucket);
    }

    CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit);

    /** Compares keys in listing order: the order of their bytes. */
    static int compareKeys(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws StorageException if the object is outside the listing */
    static ObjectSummary summary(AwsBucket bucket, S3Object object, String prefix) {
        if (object.size() == null) {
            throw new StorageException(
                    "bucket=" + bucket.name() + " lists object=" + object.key() + " without its size");
        }
        String key = bucket.relativeKey(object.key());
        if (!key.startsWith(prefix)) {
            throw new StorageException(
                    "bucket=" + bucket.name() + " lists object=" + key + ", which is not below prefix=" + prefix);
        }
        return new ObjectSummary(key, object.size(), EtagStyle.version(object.eTag()));
    }
}
