package io.s3stream.api.tools;

import java.util.List;
import java.util.OptionalLong;

/** The place of the record with an offset. */
public sealed interface RecordLocation {

    long streamId();

    /** Before the start of the stream: trimmed, whether an object still has its bytes or not. */
    record Trimmed(long streamId, long startOffset) implements RecordLocation {}

    /**
     * In object storage.
     *
     * @param range of the metadata that has the offset
     * @param object that has the range
     * @param block of the object that has the offset
     * @param batch the batch in the block
     * @param damage the faults of the block; empty if there are none
     */
    record Committed(
            long streamId, RangeOfStream range, StoredObject object, Block block, Batch batch, List<String> damage)
            implements RecordLocation {
        public Committed {
            damage = List.copyOf(damage);
        }
    }

    /**
     * Not in object storage: if the record was written, it is in the WAL of the stream's owner.
     *
     * @param owner the node that has the stream open, or -1: then the stream ends there
     * @param committedSequence frames of the owner up to this one are in object storage
     * @param generations of the owner's WAL that may have it
     */
    record NotCommitted(
            long streamId, long committedEnd, int owner, long committedSequence, List<WalGeneration> generations)
            implements RecordLocation {
        public NotCommitted {
            generations = List.copyOf(generations);
        }
    }

    /**
     * Kept by a recovery that could not commit it. The record is in object storage, and becomes part of the stream only
     * when an operator releases the stream.
     *
     * @param kept the kept records around the offset
     * @param object that has them
     * @param reason with the remedy
     */
    record Quarantined(long streamId, RangeOfStream kept, StoredObject object, String reason)
            implements RecordLocation {}

    /** Offsets {@code [start, end)}; bytes of their records. */
    record RangeOfStream(long start, long end, long bytes, long maxTimestamp) {}

    /** An object in object storage. */
    record StoredObject(String key, long size) {}

    /** A block: its place in the object, and its index entry. */
    record Block(long position, int size, long streamEpoch, long baseOffset, long endOffset, long maxTimestamp) {}

    /**
     * A batch.
     *
     * @param position of its header in the object
     */
    record Batch(
            long position, long streamEpoch, long baseOffset, int recordCount, long maxTimestamp, int payloadBytes) {}

    /** A WAL generation; {@code uri} as the store knows it. */
    record WalGeneration(String uri, long walEpoch, long firstSequence, OptionalLong sealedEnd) {}
}
