package io.s3stream.storage.s3;

import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.support.ObjectKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Lists a store without an order, such as a directory bucket of S3 Express One Zone. Such a store cannot begin at a
 * given key, and knows only prefixes that end with a slash. Each call scans all keys of the directory and keeps the
 * first ones after {@code startAfter}. The memory depends on {@code limit}, the requests on the number of keys: one for
 * each thousand.
 */
final class UnorderedListing implements Listing {

    private static final int KEYS_PER_REQUEST = 1000;

    /** Larger than elsewhere, because larger pages need fewer scans. */
    private static final int MAX_KEPT = 10_000;

    private final AwsBucket bucket;

    UnorderedListing(AwsBucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return bucket.call(Use.LIST, "ListObjectsV2", prefix, () -> {
            ObjectKeys.checkPrefix(prefix);
            Walk walk = new Walk(prefix, startAfter, Math.min(ObjectKeys.checkLimit(limit), MAX_KEPT));
            walk.ask("");
            return walk.found;
        });
    }

    /**
     * A scan of the directory; pages are requested one after another, each in the callback of the previous response.
     */
    private final class Walk {

        private final String directory;
        private final String prefix;
        private final String startAfter;
        private final int limit;
        private final TreeMap<String, ObjectSummary> first = new TreeMap<>(Listing::compareKeys);
        private final CompletableFuture<List<ObjectSummary>> found = new CompletableFuture<>();
        private final PageWalk pages;

        Walk(String prefix, String startAfter, int limit) {
            this.directory = bucket.prefix() + prefix.substring(0, prefix.lastIndexOf('/') + 1);
            this.prefix = prefix;
            this.pages = new PageWalk("bucket=" + bucket.name() + " prefix=" + prefix);
            this.startAfter = startAfter;
            this.limit = limit;
        }

        /** @param continuation empty: from the beginning */
        void ask(String continuation) {
            ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                    .bucket(bucket.name())
                    .requestPayer(bucket.headers().payer())
                    .maxKeys(KEYS_PER_REQUEST);
            if (!directory.isEmpty()) {
                request.prefix(directory);
            }
            if (!continuation.isEmpty()) {
                request.continuationToken(continuation);
            }
            bucket.client().listObjectsV2(request.build()).whenComplete((page, error) -> {
                if (error != null) {
                    found.completeExceptionally(error);
                    return;
                }
                try {
                    take(page);
                } catch (Throwable e) {
                    found.completeExceptionally(e);
                }
            });
        }

        private void take(ListObjectsV2Response page) {
            page.contents().forEach(object -> keep(Listing.summary(bucket, object, "")));
            String next = pages.next(page);
            if (next.isEmpty()) {
                found.complete(new ArrayList<>(first.values()));
            } else {
                ask(next);
            }
        }

        private void keep(ObjectSummary object) {
            String key = object.key();
            if (!key.startsWith(prefix) || Listing.compareKeys(key, startAfter) <= 0) {
                return;
            }
            if (first.size() == limit && Listing.compareKeys(key, first.lastKey()) >= 0) {
                return;
            }
            first.put(key, object);
            if (first.size() > limit) {
                first.pollLastEntry();
            }
        }
    }
}
