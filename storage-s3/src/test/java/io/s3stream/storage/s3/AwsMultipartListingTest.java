package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.options.S3Options;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** A store with prepared pages, because no test server has more uploads than fit one page. */
class AwsMultipartListingTest {

    private static final S3Location LOCATION =
            new S3Location("bucket", "p/", S3Options.builder().build());

    private final List<ListMultipartUploadsRequest> requests = new ArrayList<>();

    private final class Pages implements S3AsyncClient {

        private final List<ListMultipartUploadsResponse> pages;

        Pages(List<ListMultipartUploadsResponse> pages) {
            this.pages = pages;
        }

        @Override
        public CompletableFuture<ListMultipartUploadsResponse> listMultipartUploads(
                Consumer<ListMultipartUploadsRequest.Builder> request) {
            ListMultipartUploadsRequest.Builder builder = ListMultipartUploadsRequest.builder();
            request.accept(builder);
            requests.add(builder.build());
            return CompletableFuture.completedFuture(pages.get(requests.size() - 1));
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }

    private static ListMultipartUploadsResponse page(String nextKey, String nextId, String... keys) {
        ListMultipartUploadsResponse.Builder page = ListMultipartUploadsResponse.builder()
                .isTruncated(nextKey != null)
                .nextKeyMarker(nextKey)
                .nextUploadIdMarker(nextId);
        List<MultipartUpload> uploads = new ArrayList<>();
        for (String key : keys) {
            uploads.add(
                    MultipartUpload.builder().key(key).uploadId("id of " + key).build());
        }
        return page.uploads(uploads).build();
    }

    private CompletableFuture<List<PendingMultipart>> list(List<ListMultipartUploadsResponse> pages) {
        return new AwsMultipartListing(AwsBucket.of(new Pages(pages), LOCATION, (delay, task) -> task.run()), 2)
                .list("data/");
    }

    @Test
    void allPagesAreRequestedIncludingEmptyOnesAndThoseWithoutIdMarkers() {
        assertThat(list(List.of(
                                page("p/data/b", "2", "p/data/a", "p/data/b"),
                                page("token", null),
                                page(null, null, "p/data/c")))
                        .join())
                .containsExactly(
                        new PendingMultipart("data/a", "id of p/data/a"),
                        new PendingMultipart("data/b", "id of p/data/b"),
                        new PendingMultipart("data/c", "id of p/data/c"));
        assertThat(requests).extracting(ListMultipartUploadsRequest::prefix).containsOnly("p/data/");
        assertThat(requests).extracting(ListMultipartUploadsRequest::maxUploads).containsOnly(2);
        assertThat(requests)
                .extracting(ListMultipartUploadsRequest::keyMarker)
                .containsExactly(null, "p/data/b", "token");
        assertThat(requests)
                .extracting(ListMultipartUploadsRequest::uploadIdMarker)
                .containsExactly(null, "2", null);
    }

    @Test
    void listingWithoutProgressFails() {
        assertThat(list(List.of(page("x", "1", "p/data/a"), page("x", "1", "p/data/a"))))
                .failsWithin(java.time.Duration.ofSeconds(10))
                .withThrowableThat()
                .withMessageContaining("begins where it began");
    }
}
