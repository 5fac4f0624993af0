package io.s3stream.core.stream;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import java.util.List;

/** A result without batches, for an offset without data. */
record EmptyResult(long nextOffset) implements FetchResult {

    static FetchResult at(long offset) {
        return new EmptyResult(offset);
    }

    @Override
    public List<FetchedBatch> batches() {
        return List.of();
    }

    @Override
    public void close() {}
}
