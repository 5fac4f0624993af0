package io.s3stream.core.stream;

import io.s3stream.api.Stream;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.core.append.StreamTail;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The stream handles of one store. It ends them when the store fails or ends. Thread-safe. */
public final class OpenStreams {

    private final ConcurrentSkipListMap<Long, OwnedStream> owned = new ConcurrentSkipListMap<>();
    private final Set<CommittedReader> readers = ConcurrentHashMap.newKeySet();
    /** The readers whose callers wait for their end. */
    private final Set<CommittedReader> watched = ConcurrentHashMap.newKeySet();

    private final AtomicLong checkedSequence = new AtomicLong(-1);
    private volatile @Nullable StreamException stopped;
    private volatile @Nullable StreamException failure;
    private volatile @Nullable StoreClosedException closing;

    public CommittedReader reader(StreamMetadata stream, ReaderServices services) {
        CommittedReader reader = new CommittedReader(stream, services);
        readers.add(reader);
        StoreClosedException reason = closing;
        if (reason != null) {
            reader.storeClosed(reason);
        }
        StreamException failed = stopped;
        if (failed != null) {
            reader.metadataStopped(failed);
        }
        return reader;
    }

    public Stream owner(StreamMetadata opened, long streamEpoch, StreamServices services) {
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
            stream.endUse(reason); // the close may have begun before this stream was registered
        }
        return stream;
    }

    /** Returns the streams that are open as owner now. */
    public List<OwnedStream> owned() {
        return List.copyOf(owned.values());
    }

    /** Returns the commands that close the streams which are open as owner now. All their data must be uploaded. */
    public List<Command> closeCommands(int nodeId, long nodeEpoch) {
        return owned().stream()
                .<Command>map(stream -> new Command.CloseStream(
                        nodeId, nodeEpoch, stream.id(), stream.epoch(), stream.confirmOffset(), Optional.empty()))
                .toList();
    }

    public boolean isOpen(OwnedStream stream) {
        return owned.get(stream.id()) == stream;
    }

    public void forget(OwnedStream stream) {
        owned.remove(stream.id(), stream);
    }

    public void forget(CommittedReader reader) {
        readers.remove(reader);
        watched.remove(reader);
    }

    /** Looks for the deletion of this reader's stream from now on. */
    public void watch(CommittedReader reader) {
        watched.add(reader);
        if (!readers.contains(reader)) { // closed in this moment
            watched.remove(reader);
        }
    }

    /** The metadata were read again: watched readers of deleted streams end. */
    public void metadataRead(MetadataView view) {
        long sequence = view.sequence();
        if (!watched.isEmpty() && checkedSequence.getAndSet(sequence) != sequence) {
            watched.forEach(reader -> reader.endIfDeleted(view));
        }
    }

    /** The metadata cannot be read again. */
    public void metadataStopped(StreamException reason) {
        stopped = reason;
        readers.forEach(reader -> reader.metadataStopped(reason));
    }

    /** The owner's handle that is open, or null. */
    public @Nullable OwnedStream open(long id) {
        return owned.get(id);
    }

    public void deleted(long id) {
        OwnedStream open = owned.remove(id);
        if (open != null) {
            open.tail().end(new StreamNotFoundException("stream=" + id + " was deleted"));
        }
        readers.stream().filter(reader -> reader.id() == id).forEach(CommittedReader::endAsDeleted);
    }

    /** Ends appends on all streams. Reads continue. */
    public void fail(StreamException reason) {
        failure = reason;
        owned.values().forEach(stream -> stream.tail().end(reason));
    }

    /** Refuses appends on all streams, because the store is closing. Returns the streams that were open until now. */
    public List<OwnedStream> refuse(StoreClosedException reason) {
        closing = reason;
        List<OwnedStream> open = owned();
        open.forEach(stream -> stream.tail().refuse(reason));
        return open;
    }

    /** Ends all handles, because the store is closed. */
    public void closed(StoreClosedException reason) {
        closing = reason;
        owned.values().forEach(stream -> stream.storeClosed(reason));
        readers.forEach(reader -> reader.storeClosed(reason));
        owned.clear();
        readers.clear();
        watched.clear();
    }

    public static StreamMetadata require(MetadataView view, long id) {
        StreamMetadata stream = view.stream(id);
        if (stream == null) {
            throw new StreamNotFoundException("stream=" + id + " does not exist");
        }
        return stream;
    }
}
