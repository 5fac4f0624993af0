package io.s3stream.wal.nfs;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.nfs.directory.MediumIo;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that holds the generations of a node, each in its own files. The medium is not locked.
 *
 * <p>The engine owns {@code writers}, and calls one method at a time.
 */
final class NfsMedium implements WalMedium {

    private static final Logger log = LoggerFactory.getLogger(NfsMedium.class);

    /** The property of a descriptor that identifies the generation's directory, independent of its path. */
    private static final String DIRECTORY_ID = "directoryId";

    private final MediumIo io;
    private final TailJudge judge;
    private final AttachRequest request;
    private final UUID storeId;
    private final int nodeId;
    private final String directoryId;
    private final Map<Long, NfsWriteAheadLog> writers = new HashMap<>();

    NfsMedium(MediumIo io, TailJudge judge, AttachRequest request, StoreMarker marker) {
        WalContext context = request.context();
        this.io = io;
        this.judge = judge;
        this.request = request;
        this.storeId = context.storeId();
        this.nodeId = context.nodeId();
        this.directoryId = marker.directoryId().toString();
    }

    @Override
    public boolean isExclusive() {
        return false;
    }

    @Override
    public String identity() {
        return NfsOptions.SCHEME + " directory " + directoryId;
    }

    @Override
    public boolean holds(WalDescriptor descriptor) {
        return directoryId.equals(descriptor.properties().get(DIRECTORY_ID));
    }

    @Override
    public CompletableFuture<Integer> maxFrameBytes() {
        return CompletableFuture.completedFuture(geometry().maxFrameBytes());
    }

    private SegmentGeometry geometry() {
        return SegmentGeometry.of(
                request.options().segmentBytes(), request.context().maxFrameBytes());
    }

    @Override
    public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
        return io.submit("wal-prepare", () -> {
            NfsOptions options = request.options();
            WalContext context = request.context();
            OpeningRecord opening = new OpeningRecord(
                    storeId,
                    nodeId,
                    walEpoch,
                    context.runtime().randomLong(),
                    geometry(),
                    options.maxInFlight(),
                    options.maxInFlightBytes(),
                    options.capacityBytes(),
                    context.runtime().currentTimeMillis());
            GenerationFiles files = new GenerationFiles(nodeId, walEpoch, opening.nonce());
            writeOpening(files, opening);
            try {
                new FenceFile(io.directory(), files).create();
                createFirstSegment(files);
            } catch (IOException e) {
                remove(files, e);
                throw e;
            }
            return new WalDescriptor(
                    request.uri(),
                    walEpoch,
                    opening.nonce(),
                    SegmentGeometry.ALIGNMENT,
                    opening.geometry().maxFrameBytes(),
                    opening.maxInFlight(),
                    opening.maxInFlightBytes(),
                    opening.capacityBytes(),
                    properties(opening.geometry()));
        });
    }

    private Map<String, String> properties(SegmentGeometry geometry) {
        Map<String, String> properties = new HashMap<>(geometry.toProperties());
        properties.put(DIRECTORY_ID, directoryId);
        return properties;
    }

    private void writeOpening(GenerationFiles files, OpeningRecord opening) throws IOException {
        try {
            io.directory()
                    .publish(
                            files.opening(),
                            opening.encode(),
                            request.context().runtime().randomLong());
        } catch (FileAlreadyExistsException e) {
            OpeningRecord found = readOpening(files);
            if (!found.equals(opening)) { // if equal, an earlier attempt wrote it and its response was lost
                throw new ConflictException(
                        "NFS WAL " + io.name() + ": " + files.opening() + " exists already, of " + found.owner()
                                + ", but a WAL epoch is used once; give each store a directory of its own",
                        e);
            }
        }
    }

    private void createFirstSegment(GenerationFiles files) throws IOException {
        try {
            io.directory().createNew(files.segment(0)).close();
        } catch (FileAlreadyExistsException e) {
            log.debug("{} exists: an earlier attempt created it, since the name is unique", files.segment(0));
        }
    }

    /** Removes the files of a generation whose preparation failed, for example because the file system is full. */
    private void remove(GenerationFiles files, IOException cause) {
        for (String name : List.of(files.segment(0), files.fence(), files.opening())) {
            try {
                io.directory().delete(name);
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    @Override
    public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
        GenerationFiles files = files(descriptor);
        NfsWriteAheadLog writer = new NfsWriteAheadLog(io, files, descriptor, firstSequence);
        writers.put(descriptor.walEpoch(), writer);
        return writer;
    }

    /**
     * Sets the fence. Then makes all bytes durable that a dead writer of this machine left in the cache (R12). Frames
     * that writers on other machines acknowledged were durable on the server; opening their files again shows them.
     */
    @Override
    public CompletableFuture<Void> fence(WalDescriptor descriptor, long from) {
        return io.submit("wal-fence", () -> {
                    requireOpening(descriptor);
                    new FenceFile(io.directory(), files(descriptor)).set();
                    return descriptor;
                })
                .thenCompose(fenced -> io.submit("wal-fence-sync", () -> {
                    syncSegments(files(descriptor));
                    return null;
                }));
    }

    private void syncSegments(GenerationFiles files) throws IOException {
        for (String entry : io.directory().list(files.nodeDirectory())) {
            OptionalLong number = files.segmentNumber(entry);
            if (number.isPresent()) {
                try (NfsFile segment = io.directory().openForWriting(files.segment(number.getAsLong()))) {
                    segment.force();
                } catch (NoSuchFileException trimmed) {
                    // The old writer, which may still run, trimmed the segment after the listing. So it is committed.
                    log.debug("NFS WAL {}: {} was trimmed after the listing", io.name(), entry);
                }
            }
        }
    }

    @Override
    public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
        return io.submit("wal-replay", () -> {
            requireOpening(descriptor);
            GenerationFiles files = files(descriptor);
            boolean fenced = new FenceFile(io.directory(), files).isSet();
            LogFiles log = new LogFiles(io, files, SegmentGeometry.of(descriptor));
            long end = log.end(after.endPosition(), fenced);
            return SegmentSource.replay(io, log, descriptor, after, end, judge);
        });
    }

    private void requireOpening(WalDescriptor descriptor) throws IOException {
        GenerationFiles files = files(descriptor);
        OpeningRecord found;
        try {
            found = readOpening(files);
        } catch (NoSuchFileException | CorruptedDataException e) {
            throw unreachable(files, e instanceof NoSuchFileException ? "it does not exist" : "" + e.getMessage(), e);
        }
        if (!found.isOf(descriptor, storeId, nodeId)) {
            throw unreachable(files, "it is of another generation, of " + found.owner(), null);
        }
    }

    private StorageException unreachable(GenerationFiles files, String problem, @Nullable Exception cause) {
        return new StorageException(
                "NFS WAL " + io.name() + " is unreachable: opening record " + files.opening() + " of store=" + storeId
                        + ": " + problem + "; is the right file system mounted there?",
                cause);
    }

    private OpeningRecord readOpening(GenerationFiles files) throws IOException {
        try (NfsFile file = io.directory().open(files.opening())) {
            return OpeningRecord.read(file);
        }
    }

    /**
     * Deletes the generation's files, the opening record last, so that an interrupted release can be repeated. The
     * absence of the fence file fences a writer that still runs on another machine.
     */
    @Override
    public CompletableFuture<Void> release(WalDescriptor descriptor) {
        NfsWriteAheadLog writer = writers.remove(descriptor.walEpoch());
        CompletableFuture<Void> quiet = writer == null ? CompletableFuture.completedFuture(null) : writer.closeAsync();
        GenerationFiles files = files(descriptor);
        return quiet.thenCompose(idle -> io.submit("wal-release", () -> {
            List<String> entries = io.directory().list(files.nodeDirectory());
            for (String entry : entries) {
                OptionalLong number = files.segmentNumber(entry);
                if (number.isPresent()) {
                    io.directory().delete(files.segment(number.getAsLong()));
                }
            }
            io.directory().delete(files.fence());
            io.directory().delete(files.opening());
            return null;
        }));
    }

    /** Closes the I/O when the last writer has stopped. */
    @Override
    public void close() {
        CompletableFuture<?>[] closing =
                writers.values().stream().map(NfsWriteAheadLog::closeAsync).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(closing).whenComplete((closed, failure) -> io.close());
    }

    private GenerationFiles files(WalDescriptor descriptor) {
        return new GenerationFiles(nodeId, descriptor.walEpoch(), descriptor.nonce());
    }
}
