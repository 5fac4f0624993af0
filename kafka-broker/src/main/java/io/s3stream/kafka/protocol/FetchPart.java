package io.s3stream.kafka.protocol;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.kafka.partition.DroppedBatches;
import io.s3stream.kafka.partition.LeasedRecords;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;

/** A partition of a fetch request, and the result of its read. Guarded by the lock of its round. */
final class FetchPart {

    /** Reads in a row that find only dropped batches. After them the client continues at the reached offset. */
    private static final int MAX_READS_OF_DROPPED = 16;

    private final PartitionData response;
    private final long offset;
    private final int maxBytes;
    private final Optional<PartitionLog> log;

    /** The high watermark before the request was looked at: a wait ends when there is more. */
    private final long seen;

    private final long highWatermark;

    /** The end of the readable part: for a reader of committed records, the last stable offset. */
    private final long end;

    private final boolean isCommitted;

    @Nullable
    private FetchResult result;

    FetchPart(PartitionLookup found, FetchPartition wanted, IsolationLevel isolation) {
        response = new PartitionData().setPartitionIndex(wanted.partition()).setRecords(MemoryRecords.EMPTY);
        offset = wanted.fetchOffset();
        maxBytes = Math.max(1, wanted.partitionMaxBytes());
        log = found.log();
        isCommitted = isolation == IsolationLevel.READ_COMMITTED;
        seen = log.map(PartitionLog::highWatermark).orElse(-1L); // before: a marker may become durable in between
        long stable = log.map(PartitionLog::lastStableOffset).orElse(-1L); // first: it never exceeds a later watermark
        highWatermark = log.map(PartitionLog::highWatermark).orElse(-1L);
        end = isCommitted ? stable : highWatermark;
        if (log.isEmpty()) {
            fail(found.error());
        } else {
            response.setHighWatermark(highWatermark)
                    .setLastStableOffset(stable)
                    .setLogStartOffset(log.get().startOffset());
            if (isCommitted) {
                response.setAbortedTransactions(new ArrayList<>());
            }
            if (offset < 0) {
                fail(Errors.OFFSET_OUT_OF_RANGE); // the store takes it for a wrong call
            }
        }
    }

    PartitionData response() {
        return response;
    }

    boolean hasFailed() {
        return response.errorCode() != Errors.NONE.code();
    }

    /** Whether there may be records: an offset at the end costs no read. */
    boolean isReadable() {
        boolean isAtEnd = offset >= end && offset <= highWatermark;
        return !hasFailed() && !isAtEnd;
    }

    int maxBytes() {
        return maxBytes;
    }

    /** Reads the first batches that a cleaning has not dropped. Does not look further than some reads. */
    CompletableFuture<FetchResult> read(int bytes) {
        return read(offset, bytes, MAX_READS_OF_DROPPED);
    }

    private CompletableFuture<FetchResult> read(long from, int bytes, int readsLeft) {
        return log.orElseThrow().fetch(from, end, bytes).thenCompose(found -> {
            long next = found.nextOffset();
            boolean isDropped = next > from && found.batches().stream().allMatch(FetchedBatch::isDropped);
            if (!isDropped || next >= end || readsLeft == 1) {
                return CompletableFuture.completedFuture(found);
            }
            found.close();
            return read(next, bytes, readsLeft - 1);
        });
    }

    void fail(Errors error) {
        response.setErrorCode(error.code()).setHighWatermark(FetchResponse.INVALID_HIGH_WATERMARK);
    }

    void succeed(FetchResult read) {
        result = read;
    }

    /**
     * Puts batches into the response until {@code room} is full. If all are dropped ones, one batch without records
     * stands for them, so that the client continues at their end.
     *
     * @param isFirst whether the response has no batch yet: then the first batch that is not dropped is taken, of any size
     * @return bytes of the batches
     */
    long fill(long room, boolean isFirst) {
        if (result == null) {
            return 0;
        }
        List<FetchedBatch> batches = result.batches();
        long bytes = 0;
        int taken = 0;
        for (FetchedBatch batch : batches) {
            int size = batch.payload().remaining();
            if (bytes + size > room && !(isFirst && bytes == 0)) {
                break;
            }
            bytes += size;
            taken++;
        }
        if (bytes == 0 && taken == batches.size() && taken > 0) {
            return fillDropped(batches.get(taken - 1), room, isFirst);
        }
        if (taken > 0) {
            response.setRecords(new LeasedRecords(batches.subList(0, taken)));
            if (isCommitted) {
                addAborted(batches.get(taken - 1).endOffset());
            }
        }
        return bytes;
    }

    private long fillDropped(FetchedBatch last, long room, boolean isFirst) {
        if (DroppedBatches.BYTES > room && !isFirst) {
            return 0;
        }
        int leaderEpoch = Math.toIntExact(last.streamEpoch() - 1);
        response.setRecords(DroppedBatches.standIn(offset, last.endOffset(), leaderEpoch));
        return DroppedBatches.BYTES;
    }

    /** The client drops the records of these transactions. */
    private void addAborted(long to) {
        log.orElseThrow()
                .abortedTransactions(offset, to)
                .forEach(aborted -> response.abortedTransactions()
                        .add(new AbortedTransaction()
                                .setProducerId(aborted.producerId())
                                .setFirstOffset(aborted.firstOffset())));
    }

    /** Ends the lease on the records. */
    void release() {
        if (result != null) {
            result.close();
            result = null;
        }
    }

    Optional<PartitionLog> log() {
        return log;
    }

    /** All that the result may lack follows this offset. */
    long seen() {
        return seen;
    }
}
