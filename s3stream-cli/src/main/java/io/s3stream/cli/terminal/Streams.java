package io.s3stream.cli.terminal;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.StreamInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds and reads streams by the names that users type. */
public final class Streams {

    private static final int PAGE = 1000;
    private static final int FETCH_BYTES = 4 << 20;

    private Streams() {}

    /** Finds a stream by name, or by id if no stream has that name. */
    public static StreamInfo require(StreamStore store, String name) {
        Optional<StreamInfo> found = Futures.await(store.findStream(name));
        if (found.isEmpty() && name.matches("\\d{1,18}")) {
            found = Futures.await(store.describeStream(Long.parseLong(name)));
        }
        return found.orElseThrow(
                () -> new ToolException("there is no stream '" + name + "'; 's3stream ls' lists all streams"));
    }

    /** All streams whose name begins with the prefix, page by page. */
    public static List<StreamInfo> all(StreamStore store, String prefix) {
        List<StreamInfo> all = new ArrayList<>();
        long after = 0;
        List<StreamInfo> page;
        do {
            page = Futures.await(store.listStreams(prefix, after, PAGE));
            all.addAll(page);
            after = page.isEmpty() ? after : page.get(page.size() - 1).id();
        } while (page.size() == PAGE);
        return all;
    }

    /** Opens a stream to read its committed records. */
    public static StreamReader reader(StreamStore store, String name) {
        return Futures.await(store.openReader(require(store, name).id()));
    }

    /** Opens a stream as its owner. */
    public static Stream owner(StreamStore store, String name) {
        return Futures.await(store.openStream(require(store, name).id(), OpenOptions.owner()));
    }

    /** Opens a stream as its owner, and creates it if it does not exist. */
    public static Stream ownerOfNew(StreamStore store, String name) {
        Optional<StreamInfo> found = Futures.await(store.findStream(name));
        long id = found.isPresent() ? found.get().id() : Futures.await(store.createStream(CreateOptions.named(name)));
        return Futures.await(store.openStream(id, OpenOptions.owner()));
    }

    /** Reads {@code [from, to)} in order. Returns the number of records. */
    public static long read(StreamReader stream, long from, long to, Consumer<FetchedBatch> each) {
        long records = 0;
        long next = from;
        while (next < to) {
            try (FetchResult result = Futures.await(stream.fetch(next, to, FETCH_BYTES, FetchOptions.NO_WAIT))) {
                if (result.batches().isEmpty()) {
                    throw new ToolException("stream=" + stream.id() + " offset=" + next + ": no records before " + to
                            + "; the stream may have been trimmed or deleted during the read");
                }
                for (FetchedBatch batch : result.batches()) {
                    each.accept(batch);
                    records += batch.recordCount();
                }
                next = result.nextOffset();
            }
        }
        return records;
    }
}
