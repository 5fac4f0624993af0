package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.StorageException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Each walk over a listing ends [R44]. */
class PageWalkTest {

    private final PageWalk walk = new PageWalk("bucket=b prefix=p/");

    private static ListObjectsV2Response page(@Nullable Boolean hasMore, @Nullable String token, String... keys) {
        ListObjectsV2Response.Builder page =
                ListObjectsV2Response.builder().isTruncated(hasMore).nextContinuationToken(token);
        return page.contents(Arrays.stream(keys)
                        .map(key -> S3Object.builder().key(key).size(1L).build())
                        .toList())
                .build();
    }

    private void assertLeadsNowhere(ListObjectsV2Response page) {
        assertThatThrownBy(() -> walk.next(page))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("bucket=b prefix=p/");
    }

    @Test
    void lastPageEndsWalk() {
        assertThat(walk.next(page(true, "1", "a"))).isEqualTo("1");
        assertThat(walk.next(page(true, "2"))).isEqualTo("2");
        assertThat(walk.next(page(false, null, "b"))).isEmpty();
    }

    @Test
    void invalidPageIsNotTakenForEmptyListing() {
        assertLeadsNowhere(page(null, null));
    }

    @Test
    void cyclicPagesEndWalk() {
        walk.next(page(true, "1"));
        walk.next(page(true, "2"));
        assertLeadsNowhere(page(true, "1"));
    }

    @Test
    void pageWithoutContinuationEndsWalk() {
        assertLeadsNowhere(page(true, null, "a"));
        assertLeadsNowhere(page(true, "", "a"));
    }

    @Test
    void endlessEmptyPagesEndWalk() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        walk.next(page(true, "token" + i));
                    }
                })
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("nowhere");
    }
}
