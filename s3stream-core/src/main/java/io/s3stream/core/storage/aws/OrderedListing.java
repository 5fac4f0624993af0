package io.s3stream.core.storage.aws;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.storage.support.ObjectKeys;
import io.s3stream.spi.storage.ObjectSummary;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * One request a page: the store lists in order and begins where it is told to. Whether it did is checked, because who
 * walks over pages of a store that does not would miss keys and never know.
 */
final class OrderedListing implements Listing {

    private static final int PAGE = 1000;

    private final AwsBucket bucket;

    OrderedListing(AwsBucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return bucket.call("LIST", prefix, () -> {
            ObjectKeys.checkPrefix(prefix);
            return page(prefix, startAfter, Math.min(ObjectKeys.checkLimit(limit), PAGE), null)
                    .thenApply(page -> inOrder(page, startAfter));
        });
    }

    /** A page of at least one object, unless there are none: a store may answer an empty one and say that more follow. */
    private CompletableFuture<ListObjectsV2Response> page(
            String prefix, String startAfter, int limit, @Nullable String continuation) {
        return bucket.client()
                .listObjectsV2(request -> {
                    request.bucket(bucket.name())
                            .prefix(bucket.prefix() + prefix)
                            .maxKeys(limit);
                    if (continuation != null) {
                        request.continuationToken(continuation);
                    } else if (!startAfter.isEmpty()) {
                        request.startAfter(bucket.prefix() + startAfter);
                    }
                })
                .thenCompose(page -> {
                    boolean more = Boolean.TRUE.equals(page.isTruncated()) && page.nextContinuationToken() != null;
                    return page.contents().isEmpty() && more
                            ? page(prefix, startAfter, limit, page.nextContinuationToken())
                            : CompletableFuture.completedFuture(page);
                });
    }

    private List<ObjectSummary> inOrder(ListObjectsV2Response page, String startAfter) {
        List<ObjectSummary> objects = page.contents().stream()
                .map(object -> Listing.summary(bucket, object))
                .toList();
        String last = startAfter;
        for (ObjectSummary object : objects) {
            if (Listing.compareKeys(object.key(), last) <= 0) {
                throw new InvalidRequestException("bucket=" + bucket.name() + " lists object=" + object.key()
                        + " after '" + last + "', so it lists in no order: write unorderedListing=true in its URI");
            }
            last = object.key();
        }
        return objects;
    }
}
