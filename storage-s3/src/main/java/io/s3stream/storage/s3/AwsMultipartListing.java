package io.s3stream.storage.s3;

import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.support.ObjectKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;

/** Walks over the pages of the uploads in parts below a prefix, one request at a time, in any order. */
final class AwsMultipartListing {

    private final AwsBucket bucket;
    private final int perPage;

    AwsMultipartListing(AwsBucket bucket, int perPage) {
        this.bucket = bucket;
        this.perPage = perPage;
    }

    CompletableFuture<List<PendingMultipart>> list(String prefix) {
        ObjectKeys.checkPrefix(prefix);
        return bucket.call(Use.LIST, "ListMultipartUploads", prefix, () -> {
            PageWalk walk = new PageWalk("bucket=" + bucket.name() + " uploads in parts, prefix=" + prefix);
            return page(walk, prefix, null, null, new ArrayList<>());
        });
    }

    private CompletableFuture<List<PendingMultipart>> page(
            PageWalk walk,
            String prefix,
            @Nullable String keyMarker,
            @Nullable String idMarker,
            List<PendingMultipart> found) {
        return bucket.client()
                .listMultipartUploads(request -> {
                    request.bucket(bucket.name())
                            .maxUploads(perPage)
                            .requestPayer(bucket.headers().payer());
                    if (!(bucket.prefix() + prefix).isEmpty()) {
                        request.prefix(bucket.prefix() + prefix);
                    }
                    if (keyMarker != null) {
                        request.keyMarker(keyMarker);
                    }
                    if (idMarker != null) { // a directory bucket has none
                        request.uploadIdMarker(idMarker);
                    }
                })
                .thenCompose(page -> {
                    page.uploads()
                            .forEach(upload -> found.add(
                                    new PendingMultipart(bucket.relativeKey(upload.key()), upload.uploadId())));
                    if (!hasMore(page)) {
                        return CompletableFuture.completedFuture(found);
                    }
                    walk.follow(
                            page.nextKeyMarker() + " " + page.nextUploadIdMarker(),
                            page.uploads().isEmpty());
                    return page(walk, prefix, page.nextKeyMarker(), page.nextUploadIdMarker(), found);
                });
    }

    private static boolean hasMore(ListMultipartUploadsResponse page) {
        return Boolean.TRUE.equals(page.isTruncated()) && page.nextKeyMarker() != null;
    }
}
