package io.s3stream.storage.s3;

import io.s3stream.api.errors.StorageException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Tracks a walk over the pages of a listing. A page must say whether more follow, and where, and each page must begin
 * elsewhere. A confused server could otherwise hide keys, or keep the walk from ending. Used by one walk, for one page
 * after another.
 */
final class PageWalk {

    /** The maximum number of consecutive pages without a key; a server that makes progress sends fewer. */
    private static final int MAX_EMPTY_PAGES = 10_000;

    private final String where;
    private final Set<String> seen = new HashSet<>();
    private int emptyPages;

    /** @param where the bucket and the prefix, for messages */
    PageWalk(String where) {
        this.where = where;
    }

    /**
     * Returns where the next page begins; empty after the last page.
     *
     * @throws StorageException if the page is not one of a listing, or makes no progress
     */
    String next(ListObjectsV2Response page) {
        return hasMore(page)
                ? follow(page.nextContinuationToken(), page.contents().isEmpty())
                : "";
    }

    /** Returns whether the page says that more follow. */
    boolean hasMore(ListObjectsV2Response page) {
        Boolean hasMore = page.isTruncated();
        if (hasMore == null) {
            throw new StorageException(
                    where + ": the answer to LIST does not say whether more follow, so it is no page of a listing");
        }
        return hasMore;
    }

    /**
     * Checks the start of the next page.
     *
     * @param token null or empty if the page has none
     */
    String follow(@Nullable String token, boolean isEmpty) {
        emptyPages = isEmpty ? emptyPages + 1 : 0;
        if (token == null || token.isEmpty() || !seen.add(token) || emptyPages > MAX_EMPTY_PAGES) {
            throw new StorageException(where
                    + ": a page of a listing says that more follow, but the next one begins where it began, or nowhere:"
                    + " token='" + token + "' after " + seen.size() + " pages");
        }
        return token;
    }
}
