package io.s3stream.core.metadata;

import java.util.Map;

/**
 * A stream as the metadata has it. Immutable, so a reader may keep it.
 *
 * @param owner the node that has it open, or {@link #NO_OWNER}
 * @param ownerEpoch the node epoch of the owner
 */
public record StreamMetadata(
        long id,
        String name,
        Map<String, String> tags,
        long epoch,
        int owner,
        long ownerEpoch,
        long startOffset,
        long committedEnd,
        RangeList ranges) {

    public static final int NO_OWNER = -1;

    public boolean isOpen() {
        return owner != NO_OWNER;
    }
}
