package io.s3stream.core;

import io.s3stream.api.Stream;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.core.append.StreamTail;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The stream handles of one store, and what they hear when it fails or ends. Thread-safe. */
final class OpenStreams {

    private final ConcurrentSkipListMap<Long, OwnedStream> owned = new ConcurrentSkipListMap<>();
    private final Set<CommittedReader> readers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable StreamException failure;
    private volatile @Nullable StoreClosedException closing;

    Stream reader(StreamMetadata stream, ReaderServices services) {
        CommittedReader reader = new CommittedReader(stream, services);
        readers.add(reader);
        StoreClosedException reason = closing;
        if (reason != null) {
            reader.storeClosed(reason);
        }
        return reader;
    }

    Stream owner(StreamMetadata opened, long streamEpoch, StreamServices services) {
        StreamTail tail =
                new StreamTail(opened.id(), streamEpoch, Math.max(opened.committedEnd(), opened.startOffset()));
        OwnedStream stream = new OwnedStream(opened, tail, services);
        owned.put(opened.id(), stream);
        StreamException failed = failure;
        if (failed != null) {
            tail.end(failed);
        }
        StoreClosedException reason = closing;
        if (reason != null) {
            stream.endUse(reason); // the close may have begun too early to know of this stream
        }
        return stream;
    }

    /** Those that are open as owner now. */
    List<OwnedStream> owned() {
        return List.copyOf(owned.values());
    }

    /** The one that is open as owner now, or null. */
    @Nullable
    OwnedStream owned(long id) {
        return owned.get(id);
    }

    boolean isOpen(OwnedStream stream) {
        return owned.get(stream.id()) == stream;
    }

    void forget(OwnedStream stream) {
        owned.remove(stream.id(), stream);
    }

    void forget(CommittedReader reader) {
        readers.remove(reader);
    }

    void deleted(long id) {
        OwnedStream open = owned.remove(id);
        if (open != null) {
            open.tail().end(new StreamNotFoundException("stream=" + id + " was deleted"));
        }
    }

    /** No more appends, on any of them; reads go on. */
    void fail(StreamException reason) {
        failure = reason;
        owned.values().forEach(stream -> stream.tail().end(reason));
    }

    /** The store begins to close: no more appends. Answers the streams that were open until now. */
    List<OwnedStream> refuse(StoreClosedException reason) {
        closing = reason;
        List<OwnedStream> open = owned();
        open.forEach(stream -> stream.tail().refuse(reason));
        return open;
    }

    /** The store is gone. */
    void closed(StoreClosedException reason) {
        closing = reason;
        owned.values().forEach(stream -> stream.storeClosed(reason));
        readers.forEach(reader -> reader.storeClosed(reason));
        owned.clear();
        readers.clear();
    }

    static StreamMetadata require(MetadataView view, long id) {
        StreamMetadata stream = view.stream(id);
        if (stream == null) {
            throw new StreamNotFoundException("stream=" + id + " does not exist");
        }
        return stream;
    }
}
