package io.s3stream.core.stream;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import java.util.ArrayList;
import java.util.List;

/** Consecutive read results as a single result. Filled by one thread at a time, unchanged once it is handed out. */
final class JoinedResult implements FetchResult {

    private final List<FetchResult> parts = new ArrayList<>();
    private final List<FetchedBatch> batches = new ArrayList<>();
    private long payloadBytes;
    private long nextOffset;

    JoinedResult(FetchResult first) {
        add(first);
    }

    /** Appends {@code next}, which begins at the end of this result. Takes over its leases. */
    void add(FetchResult next) {
        parts.add(next);
        batches.addAll(next.batches());
        payloadBytes += payloadBytesOf(next);
        nextOffset = next.nextOffset();
    }

    /** Returns the bytes of all payloads of a result. */
    static long payloadBytesOf(FetchResult result) {
        if (result instanceof JoinedResult joined) {
            return joined.payloadBytes;
        }
        long bytes = 0;
        for (FetchedBatch batch : result.batches()) {
            bytes += batch.payload().remaining();
        }
        return bytes;
    }

    @Override
    public List<FetchedBatch> batches() {
        return List.copyOf(batches);
    }

    @Override
    public long nextOffset() {
        return nextOffset;
    }

    @Override
    public void close() {
        parts.forEach(FetchResult::close);
    }
}
