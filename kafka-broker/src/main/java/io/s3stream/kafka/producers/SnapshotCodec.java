package io.s3stream.kafka.producers;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of a snapshot, as the package page describes them. A snapshot is a body, which is cut into parts: each part
 * is a batch of the companion stream with a header and a checksum of its own. Stateless.
 */
final class SnapshotCodec {

    static final int MAGIC = 0x4b505353; // "KPSS"
    static final short VERSION = 3;

    /** Magic, version, part, parts, offset, checksum. */
    static final int HEADER_BYTES = 4 + 2 + 4 + 4 + 8 + 4;

    private static final int CHECKSUM_AT = HEADER_BYTES - 4;
    private static final int PRODUCER_BYTES = 8 + 2 + 4 + 8 + 8 + 8 + 4 + 1;
    private static final int BATCH_BYTES = 4 + 8 + 4 + 8;
    private static final int ABORTED_BYTES = 4 * 8;

    private SnapshotCodec() {}

    /** A part as it was read. */
    record Part(int index, int count, long offset, ByteBuffer body) {}

    /** Encodes a snapshot into parts of at most {@code maxPartBytes}. */
    static List<ByteBuffer> encode(ProducerSnapshot snapshot, int maxPartBytes) {
        int partBody = maxPartBytes - HEADER_BYTES;
        if (partBody < 1) {
            throw new IllegalArgumentException(
                    "maxPartBytes=" + maxPartBytes + ": must be more than the header of " + HEADER_BYTES);
        }
        ByteBuffer body = body(snapshot);
        int count = Math.max(1, (body.remaining() + partBody - 1) / partBody);
        List<ByteBuffer> parts = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            ByteBuffer slice = body.slice(index * partBody, Math.min(partBody, body.remaining() - index * partBody));
            ByteBuffer part = ByteBuffer.allocate(HEADER_BYTES + slice.remaining());
            part.putInt(MAGIC).putShort(VERSION).putInt(index).putInt(count).putLong(snapshot.offset());
            part.putInt(0).put(slice).flip();
            part.putInt(CHECKSUM_AT, checksum(part));
            parts.add(part);
        }
        return parts;
    }

    private static ByteBuffer body(ProducerSnapshot snapshot) {
        long bytes = 8 + (long) ABORTED_BYTES * snapshot.aborted().size();
        for (ProducerEntry producer : snapshot.producers()) {
            bytes += PRODUCER_BYTES + (long) BATCH_BYTES * producer.batches().size();
        }
        ByteBuffer body = ByteBuffer.allocate(Math.toIntExact(bytes));
        body.putInt(snapshot.producers().size());
        for (ProducerEntry producer : snapshot.producers()) {
            body.putLong(producer.id()).putShort(producer.epoch()).putInt(producer.coordinatorEpoch());
            body.putLong(producer.lastTimestamp()).putLong(producer.lastSeen());
            body.putLong(producer.transactionStart());
            body.putInt(producer.accepted());
            body.put((byte) producer.batches().size());
            for (RecentBatch batch : producer.batches()) {
                body.putInt(batch.lastSequence()).putLong(batch.lastOffset());
                body.putInt(batch.offsetDelta()).putLong(batch.timestamp());
            }
        }
        body.putInt(snapshot.aborted().size());
        for (AbortedTransaction aborted : snapshot.aborted()) {
            body.putLong(aborted.producerId()).putLong(aborted.firstOffset());
            body.putLong(aborted.lastOffset()).putLong(aborted.lastStableOffset());
        }
        return body.flip();
    }

    /**
     * Reads a part and copies its body.
     *
     * @throws UnreadableSnapshotException names the fault
     */
    static Part decodePart(ByteBuffer bytes) throws UnreadableSnapshotException {
        ByteBuffer part = bytes.slice();
        if (part.remaining() < HEADER_BYTES || part.getInt(0) != MAGIC) {
            throw new UnreadableSnapshotException(part.remaining() + " bytes are no part of a snapshot");
        }
        short version = part.getShort(4);
        if (version != VERSION) {
            throw new UnreadableSnapshotException("version " + version + ": this broker reads version " + VERSION);
        }
        if (part.getInt(CHECKSUM_AT) != checksum(part)) {
            throw new UnreadableSnapshotException("the checksum does not match");
        }
        ByteBuffer body = ByteBuffer.allocate(part.remaining() - HEADER_BYTES);
        body.put(part.slice(HEADER_BYTES, body.capacity())).flip();
        return new Part(part.getInt(6), part.getInt(10), part.getLong(14), body);
    }

    /** Decodes the body that the parts of a snapshot together are. */
    static ProducerSnapshot decode(List<Part> parts) throws UnreadableSnapshotException {
        ByteBuffer body = ByteBuffer.allocate(
                parts.stream().mapToInt(part -> part.body().remaining()).sum());
        parts.forEach(part -> body.put(part.body().duplicate()));
        body.flip();
        try {
            List<ProducerEntry> producers = new ArrayList<>();
            for (int left = body.getInt(); left > 0; left--) {
                producers.add(producer(body));
            }
            List<AbortedTransaction> aborted = new ArrayList<>();
            for (int left = body.getInt(); left > 0; left--) {
                aborted.add(new AbortedTransaction(body.getLong(), body.getLong(), body.getLong(), body.getLong()));
            }
            if (body.hasRemaining()) {
                throw new UnreadableSnapshotException(body.remaining() + " bytes follow the end");
            }
            return new ProducerSnapshot(parts.get(0).offset(), producers, aborted);
        } catch (BufferUnderflowException e) {
            throw new UnreadableSnapshotException("the body of " + body.limit() + " bytes ends early");
        }
    }

    private static ProducerEntry producer(ByteBuffer body) throws UnreadableSnapshotException {
        long id = body.getLong();
        short epoch = body.getShort();
        int coordinatorEpoch = body.getInt();
        long lastTimestamp = body.getLong();
        long lastSeen = body.getLong();
        long transactionStart = body.getLong();
        int accepted = body.getInt();
        int count = body.get();
        if (count < 0 || count > ProducerState.MAX_BATCHES) {
            throw new UnreadableSnapshotException("producer " + id + " has " + count + " batches");
        }
        List<RecentBatch> batches = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            batches.add(new RecentBatch(body.getInt(), body.getLong(), body.getInt(), body.getLong()));
        }
        return new ProducerEntry(
                id, epoch, coordinatorEpoch, lastTimestamp, lastSeen, transactionStart, accepted, batches);
    }

    /** CRC-32C of all bytes of a part but the checksum itself. */
    private static int checksum(ByteBuffer part) {
        CRC32C crc = new CRC32C();
        crc.update(part.slice(0, CHECKSUM_AT));
        crc.update(part.slice(HEADER_BYTES, part.limit() - HEADER_BYTES));
        return (int) crc.getValue();
    }
}
