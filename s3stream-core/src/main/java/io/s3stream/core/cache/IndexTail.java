package io.s3stream.core.cache;

import io.s3stream.layout.IndexDirectory;
import io.s3stream.layout.ObjectIndex;
import org.jspecify.annotations.Nullable;

/** The content of the end of an object: its whole index, or the directory of a large index. */
public record IndexTail(
        @Nullable ObjectIndex index, @Nullable IndexDirectory directory) {

    private static final int BYTES_PER_PAGE = 24;

    int heapBytes() {
        return (index == null ? 0 : IndexCache.heapBytes(index))
                + (directory == null ? 0 : directory.pages() * BYTES_PER_PAGE);
    }
}
