package io.s3stream.api;

/**
 * A part of {@link StreamStore#appendAll}.
 *
 * @param stamp writes the offset of the batch into its payload; {@link OffsetStamp#NONE} for none
 */
public record StreamAppend(Stream stream, RecordBatch batch, OffsetStamp stamp) {

    /** A part without a stamp. */
    public StreamAppend(Stream stream, RecordBatch batch) {
        this(stream, batch, OffsetStamp.NONE);
    }
}
