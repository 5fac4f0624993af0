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
 * WALs at {@code nfs:///path/to/directory}: a directory of a file system that is mounted on this machine. It must be
 * there, and at the same path on every machine that may take a node over. Options:
 *
 * <ul>
 *   <li>{@code capacity}: how much uncommitted data fits, at least 64 KiB; default 1 GiB
 *   <li>{@code segment}: bytes of each file, at least 32 KiB and at most half the capacity; default 160 MiB, or a quarter
 *       of a smaller capacity. Frames are at most half of it.
 *   <li>{@code maxInFlight}: frames under way at the same time, default 16
 *   <li>{@code maxInFlightBytes}: default 8 MiB
 * </ul>
 *
 * <p>Nothing is locked: of two openers of one node the newer fences the older. A directory that is not on NFS works as
 * well; who shares it then is who sees that file system, which is one machine.
 */
public final class NfsWalProvider implements WalProvider {

    /** Besides the frames: sync, fence check, creating and deleting segments. */
    private static final int OTHER_THREADS = 4;

    private static final int MAX_WRITE_THREADS = 16;

    private final DirectorySource directories;
    private final TailJudge judge;

    /** For {@link java.util.ServiceLoader}: directories of this machine. */
    public NfsWalProvider() {
        this(MountedDirectory::new);
    }

    /** @param directories for a simulator */
    public NfsWalProvider(DirectorySource directories) {
        this(directories, new TailJudge());
    }

    /** @param judge for a test that shows what is lost without it */
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

    /** The I/O is closed if the task fails, otherwise it is its result's to close. */
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
