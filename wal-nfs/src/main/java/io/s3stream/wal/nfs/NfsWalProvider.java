package io.s3stream.wal.nfs;

import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalPaths;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.wal.nfs.directory.DirectorySource;
import io.s3stream.wal.nfs.directory.MediumIo;
import io.s3stream.wal.nfs.directory.MountedDirectory;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Opens WALs at {@code nfs:///path/to/directory}: a directory of a file system that is mounted on this machine. The
 * directory must exist, at the same path on every machine that may take a node over. Options:
 *
 * <ul>
 *   <li>{@code capacity}: the maximum bytes of frames that are not committed, at least 64 KiB; default 1 GiB
 *   <li>{@code segment}: the size of each file, at least 32 KiB and at most half the capacity; default 160 MiB, or a
 *       quarter of a smaller capacity. Frames are at most half of it.
 *   <li>{@code maxInFlight}: the maximum number of frames in flight, default 16
 *   <li>{@code maxInFlightBytes}: the maximum bytes in flight, default 8 MiB
 * </ul>
 *
 * <p>The WAL uses no locks: of two openers of one node, the newer fences the older. A directory that is not on NFS
 * works too. Only the processes of one machine then share it.
 */
public final class NfsWalProvider implements WalProvider {

    /** Threads in addition to those for frames: sync, fence check, creating and deleting segments. */
    private static final int OTHER_THREADS = 4;

    private static final int MAX_WRITE_THREADS = 16;

    private final DirectorySource directories;
    private final TailJudge judge;

    /** Opens directories of this machine. For {@link java.util.ServiceLoader}. */
    public NfsWalProvider() {
        this(MountedDirectory::new);
    }

    /** @param directories replaceable by a simulator */
    public NfsWalProvider(DirectorySource directories) {
        this(directories, new TailJudge());
    }

    /** @param judge replaceable by tests that show which data is lost without it */
    public NfsWalProvider(DirectorySource directories, TailJudge judge) {
        this.directories = directories;
        this.judge = judge;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(NfsOptions.SCHEME);
    }

    @Override
    public String mediumId(URI uri) {
        return NfsOptions.SCHEME + ":" + NfsOptions.path(uri);
    }

    @Override
    public boolean mayFollow(URI recorded, List<URI> known) {
        return WalPaths.isBeside(recorded, known);
    }

    @Override
    public boolean isPathOfMachine() {
        return true;
    }

    @Override
    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
        return withIo(uri, context, "wal-attach", io -> () -> {
            AttachRequest request = new AttachRequest(uri, NfsOptions.parse(uri), mode, context);
            StoreMarker marker = Attach.run(request, io.directory());
            return (WalMedium) new NfsMedium(io, judge, request, marker);
        });
    }

    @Override
    public CompletableFuture<WalInspection> inspect(URI uri, WalContext context) {
        return withIo(uri, context, "wal-inspect", io -> () -> {
                    Attach.requireUsable(NfsOptions.path(uri), io.directory());
                    return io;
                })
                .thenCompose(io -> new Inspection(io, judge).run().whenComplete((inspection, failure) -> io.close()));
    }

    /** Runs a task. Closes the I/O if the task fails; otherwise the task's result closes it. */
    private <T> CompletableFuture<T> withIo(
            URI uri, WalContext context, String operation, Function<MediumIo, Callable<T>> task) {
        NfsOptions options;
        try {
            options = NfsOptions.parse(uri);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        int threads = Math.min(options.maxInFlight(), MAX_WRITE_THREADS) + OTHER_THREADS;
        IoExecutor executor = context.runtime().ioExecutor("wal-nfs", threads);
        String name = options.path().toString();
        MediumIo io = new MediumIo(name, directories.at(options.path()), executor, context.allocator());
        return io.submit(operation, task.apply(io)).whenComplete((result, failure) -> {
            if (failure != null) {
                io.close();
            }
        });
    }
}
