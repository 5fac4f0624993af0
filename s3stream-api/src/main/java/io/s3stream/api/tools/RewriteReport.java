package io.s3stream.api.tools;

/**
 * The result of a rewrite of a stream.
 *
 * @param startOffset the first offset of the rewritten data
 * @param endOffset the end of the rewritten data: all batches between the two have passed the filter, except a batch
 *     that the requested range cuts
 * @param batches the batches that the filter has seen, each counted once
 * @param changed the batches with another payload now
 * @param dropped the batches without a payload now
 * @param bytesBefore the bytes of the stream's records in all objects that were read, with headers
 * @param bytesAfter the bytes of these records now
 */
public record RewriteReport(
        long startOffset,
        long endOffset,
        long batches,
        long changed,
        long dropped,
        long bytesBefore,
        long bytesAfter) {}
