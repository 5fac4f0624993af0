package io.s3stream.kafka.partition;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.network.TransferableChannel;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/** The batches of a fetch, as Kafka's codec sends them: each payload as it lies in the store's memory. */
public final class LeasedRecords implements BaseRecords {

    private final ByteBuffer[] payloads;
    private final int size;

    /** Does not own {@code result}: its lease must outlive the response. */
    public LeasedRecords(FetchResult result) {
        this(result.batches());
    }

    /** As {@link #LeasedRecords(FetchResult)}, of some batches of a result. */
    public LeasedRecords(List<FetchedBatch> batches) {
        payloads = new ByteBuffer[batches.size()];
        long bytes = 0;
        for (int i = 0; i < payloads.length; i++) {
            payloads[i] = batches.get(i).payload();
            bytes += payloads[i].remaining();
        }
        size = Math.toIntExact(bytes);
    }

    @Override
    public int sizeInBytes() {
        return size;
    }

    @Override
    public RecordsSend<LeasedRecords> toSend() {
        return new RecordsSend<>(this, size) {
            @Override
            protected int writeTo(TransferableChannel channel, int before, int remaining) throws IOException {
                return Math.toIntExact(channel.write(payloads));
            }
        };
    }
}
