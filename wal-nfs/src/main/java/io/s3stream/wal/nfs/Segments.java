package io.s3stream.wal.nfs;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.wal.nfs.directory.MediumIo;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment files that a writer has open. Each segment is created when the writer begins to use the one before, so
 * that appends do not wait for it. A file stays open until its segment is trimmed: the system reports the error of a
 * delayed write only to an open file.
 *
 * <p>Owned by the serial context that writes; {@code undeleted} is shared with I/O threads.
 */
final class Segments {

    private static final Logger log = LoggerFactory.getLogger(Segments.class);

    private final MediumIo io;
    private final GenerationFiles files;
    private final WriterState state;
    private final FenceFile fence;
    private final TreeMap<Long, CompletableFuture<NfsFile>> open = new TreeMap<>();
    private final ConcurrentLinkedQueue<Long> undeleted = new ConcurrentLinkedQueue<>();

    Segments(MediumIo io, GenerationFiles files, WriterState state) {
        this.io = io;
        this.files = files;
        this.state = state;
        this.fence = new FenceFile(io.directory(), files);
        // The first segment was created together with the opening record.
        open.put(0L, counted(() -> io.submit("wal-open", () -> io.directory().openForWriting(files.segment(0)))));
    }

    /** Returns a segment to write to. Called in ascending order; the future completes on an I/O thread. */
    CompletableFuture<NfsFile> get(long number) {
        while (open.lastKey() <= number) {
            createNext();
        }
        CompletableFuture<NfsFile> segment = open.get(number);
        if (segment == null) {
            throw new IllegalArgumentException(files.segment(number) + " was trimmed");
        }
        return segment;
    }

    private void createNext() {
        long next = open.lastKey() + 1;
        CompletableFuture<NfsFile> before = Objects.requireNonNull(open.get(next - 1));
        open.put(next, counted(() -> before.thenCompose(created -> io.submit("wal-segment", () -> create(next)))));
    }

    /**
     * Creates a segment. A fencer uses the same call on the same name to settle the end of the log, and sets the fence
     * first. So if the file exists, and the fence, checked later, is not set, an earlier attempt of this writer created
     * the file.
     */
    private NfsFile create(long number) throws IOException {
        String name = files.segment(number);
        try {
            return io.directory().createNew(name);
        } catch (FileAlreadyExistsException e) {
            if (fence.isSet()) {
                throw new FencedException(
                        "NFS WAL " + io.name() + " was fenced: " + name
                                + " was created by another process, so the log ends before it",
                        e);
            }
            return io.directory().openForWriting(name);
        }
    }

    /** Deletes the segments before {@code number}, whose records must be committed. Retries failures at later calls. */
    void deleteBefore(long number) {
        List<Long> numbers = new ArrayList<>();
        for (Long failed = undeleted.poll(); failed != null; failed = undeleted.poll()) {
            numbers.add(failed);
        }
        Collection<CompletableFuture<NfsFile>> handles = new ArrayList<>();
        while (open.firstKey() < number && open.size() > 1) {
            numbers.add(open.firstKey());
            handles.add(open.pollFirstEntry().getValue());
        }
        if (!numbers.isEmpty()) {
            counted(() -> io.submit("wal-trim", () -> {
                        closeAll(handles);
                        numbers.forEach(this::delete);
                        return numbers.size();
                    }))
                    .whenComplete((deleted, failure) -> {
                        if (failure != null) {
                            log.debug("NFS WAL {}: trimmed segments remain until the release", io.name(), failure);
                        }
                    });
        }
    }

    private void delete(long number) {
        try {
            io.directory().delete(files.segment(number));
        } catch (IOException e) {
            undeleted.add(number);
            log.warn("NFS WAL {}: {} cannot be deleted now: {}", io.name(), files.segment(number), e.toString());
        }
    }

    /** Closes all segments, after the last I/O. */
    CompletableFuture<Void> closeAll() {
        Collection<CompletableFuture<NfsFile>> handles = List.copyOf(open.values());
        return io.submit("wal-close", () -> {
            closeAll(handles);
            return null;
        });
    }

    private void closeAll(Collection<CompletableFuture<NfsFile>> handles) {
        for (CompletableFuture<NfsFile> handle : handles) {
            if (handle.isDone() && !handle.isCompletedExceptionally()) {
                try {
                    handle.join().close();
                } catch (IOException e) {
                    // All acknowledged frames were synced, so the failure loses none of them.
                    log.warn("NFS WAL {}: closing a segment failed: {}", io.name(), e.toString());
                }
            }
        }
    }

    /** Runs an operation that counts as in flight: the writer is not idle before it has completed. */
    private <T> CompletableFuture<T> counted(Supplier<CompletableFuture<T>> operation) {
        StreamException refused = state.begin();
        if (refused != null) {
            return CompletableFuture.failedFuture(refused);
        }
        return operation.get().whenComplete((result, failure) -> state.done());
    }
}
