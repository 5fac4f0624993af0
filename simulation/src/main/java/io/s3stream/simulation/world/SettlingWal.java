package io.s3stream.simulation.world;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.wal.ForwardingWalMedium;
import io.s3stream.testkit.wal.ForwardingWalProvider;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Tells the disk when a new generation begins. From then on no old write lands. */
final class SettlingWal extends ForwardingWalProvider {

    private final SimDisks disks;

    SettlingWal(WalProvider wal, SimDisks disks) {
        super(wal);
        this.disks = disks;
    }

    @Override
    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
        SimDisk disk = disks.at(Path.of(uri.getPath()));
        return super.attach(uri, mode, context).thenApply(medium -> new ForwardingWalMedium(medium) {
            @Override
            public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
                disk.settle();
                return super.prepare(walEpoch);
            }
        });
    }
}
