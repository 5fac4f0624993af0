package io.s3stream.storage.s3;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.support.ObjectKeys;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Lists with one request a page, on a store that lists in order from a given start. It checks the order: on an
 * unordered store, a walk over pages would silently miss keys.
 */
final class OrderedListing implements Listing {

    private static final int PAGE = 1000;

    private final AwsBucket bucket;

    OrderedListing(AwsBucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return list(prefix, startAfter, limit, true);
    }

    /** @param again whether to retry a page out of order: a single odd answer is no property of the store */
    private CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit, boolean again) {
        return bucket.call(Use.LIST, "ListObjectsV2", prefix, () -> {
                    ObjectKeys.checkPrefix(prefix);
                    PageWalk walk = new PageWalk("bucket=" + bucket.name() + " prefix=" + prefix);
                    return page(walk, prefix, startAfter, Math.min(ObjectKeys.checkLimit(limit), PAGE), "");
                })
                .thenCompose(page -> {
                    List<ObjectSummary> objects = page.contents().stream()
                            .map(object -> Listing.summary(bucket, object, prefix))
                            .toList();
                    ObjectSummary misplaced = misplaced(objects, startAfter);
                    if (misplaced == null) {
                        return CompletableFuture.completedFuture(objects);
                    }
                    return again
                            ? list(prefix, startAfter, limit, false)
                            : CompletableFuture.failedFuture(new InvalidRequestException("bucket=" + bucket.name()
                                    + " lists object=" + misplaced.key() + " out of order after '" + startAfter
                                    + "', so it lists in no order: write unorderedListing=true in its URI"));
                });
    }

    /**
     * Returns a page of at least one object, unless there are none. A store may answer an empty page and say that more
     * follow.
     */
    private CompletableFuture<ListObjectsV2Response> page(
            PageWalk walk, String prefix, String startAfter, int limit, String continuation) {
        return bucket.client()
                .listObjectsV2(request -> {
                    request.bucket(bucket.name())
                            .requestPayer(bucket.headers().payer())
                            .prefix(bucket.prefix() + prefix)
                            .maxKeys(limit);
                    if (!continuation.isEmpty()) {
                        request.continuationToken(continuation);
                    } else if (!startAfter.isEmpty()) {
                        request.startAfter(bucket.prefix() + startAfter);
                    }
                })
                .thenCompose(page -> {
                    // After a page with keys, the next request begins at the last key and not at the token.
                    boolean isLast = !walk.hasMore(page) || !page.contents().isEmpty();
                    return isLast
                            ? CompletableFuture.completedFuture(page)
                            : page(walk, prefix, startAfter, limit, walk.next(page));
                });
    }

    private static @Nullable ObjectSummary misplaced(List<ObjectSummary> objects, String startAfter) {
        String last = startAfter;
        for (ObjectSummary object : objects) {
            if (Listing.compareKeys(object.key(), last) <= 0) {
                return object;
            }
            last = object.key();
        }
        return null;
    }
}
