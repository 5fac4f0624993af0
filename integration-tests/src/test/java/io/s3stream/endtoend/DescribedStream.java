package io.s3stream.endtoend;

import io.s3stream.api.StreamRange;
import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.StreamInfo;
import java.util.List;

/** A stream and its ranges as a store described them. It stays as it is after the store is closed. */
record DescribedStream(StreamInfo info, List<StreamRange> ranges) {

    static DescribedStream of(StreamStore store, StreamInfo info) {
        return new DescribedStream(info, List.copyOf(Stores.get(store.describeRanges(info.id()))));
    }

    /** All whose name begins with the prefix. */
    static List<DescribedStream> all(StreamStore store, String prefix) {
        return Stores.list(store, prefix).stream().map(info -> of(store, info)).toList();
    }

    long id() {
        return info.id();
    }

    String name() {
        return info.name();
    }

    long epoch() {
        return info.epoch();
    }

    long startOffset() {
        return info.startOffset();
    }

    long committedEnd() {
        return info.committedEnd();
    }
}
