package io.s3stream.api.metadata;

import java.util.Map;
import java.util.Optional;

/**
 * A stream as the metadata have it. Data that is only in a WAL is not counted. {@link io.s3stream.api.StreamStore#describeRanges}
 * returns the ranges.
 *
 * @param epoch the epoch of the present or last ownership, which the store gives; 0 before the first
 * @param callerEpoch the greatest epoch that a caller gave with an opening; 0 if none did
 * @param owner the node that has it open, or -1
 * @param committedEnd all data before it is in object storage
 * @param bytes size of the records of all ranges, headers included; the first range may begin before the start offset
 * @param sealed whether the committed end is final
 * @param quarantine the reason why the stream cannot be opened, and the remedy, if recovery could not commit all its
 *     records
 */
public record StreamInfo(
        long id,
        String name,
        Map<String, String> tags,
        long epoch,
        long callerEpoch,
        int owner,
        long startOffset,
        long committedEnd,
        long bytes,
        boolean sealed,
        Optional<String> quarantine) {

    public StreamInfo {
        tags = Map.copyOf(tags);
    }
}
