package io.s3stream.simulation;

import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WriteAheadLog;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Tells the disk when a new generation begins, after which nothing old lands any more. */
record SettlingWal(WalProvider wal, SimDisks disks) implements WalProvider {

    @Override
    public Set<String> schemes() {
        return wal.schemes();
    }

    @Override
    public String mediumId(URI uri) {
        return wal.mediumId(uri);
    }

    @Override
    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
        return wal.attach(uri, mode, context).thenApply(medium -> new Medium(medium, disks.at(Path.of(uri.getPath()))));
    }

    private record Medium(WalMedium medium, SimDisk disk) implements WalMedium {

        @Override
        public CompletableFuture<Integer> maxFrameBytes() {
            return medium.maxFrameBytes();
        }

        @Override
        public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
            disk.settle();
            return medium.prepare(walEpoch);
        }

        @Override
        public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
            return medium.create(descriptor, firstSequence);
        }

        @Override
        public CompletableFuture<Void> fence(WalDescriptor descriptor, long from) {
            return medium.fence(descriptor, from);
        }

        @Override
        public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
            return medium.replay(descriptor, after);
        }

        @Override
        public CompletableFuture<Void> release(WalDescriptor descriptor) {
            return medium.release(descriptor);
        }

        @Override
        public void close() {
            medium.close();
        }
    }
}
