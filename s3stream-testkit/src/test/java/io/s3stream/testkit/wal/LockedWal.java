package io.s3stream.testkit.wal;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.wal.scenario.MarkerWal;
import io.s3stream.testkit.wal.scenario.SimulatedWal;
import io.s3stream.testkit.wal.scenario.WalWorld;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The reference WAL behind a lock that its opener holds until it dies. Owner of the lock. */
public final class LockedWal implements SimulatedWal {

    private final WalWorld world;
    private SimNode holder;

    private LockedWal(WalWorld world) {
        this.world = world;
    }

    public static SimulatedWal.Factory factory() {
        return LockedWal::new;
    }

    @Override
    public WalFencing fencing() {
        return WalFencing.LOCK;
    }

    @Override
    public List<URI> uris() {
        return List.of(MarkerWal.PLACE);
    }

    @Override
    public WalProvider provider(SimNode opener) {
        return new Provider(opener, new MarkerWal(MarkerWal.Rules.RIGHT));
    }

    @Override
    public WalContext context(SimNode opener) {
        return world.context(opener);
    }

    private final class Provider extends ForwardingWalProvider {

        private final SimNode node;

        Provider(SimNode node, WalProvider wal) {
            super(wal);
            this.node = node;
        }

        @Override
        public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
            if (holder != null && holder != node && holder.isAlive()) {
                return CompletableFuture.failedFuture(new ConflictException("held by another"));
            }
            holder = node;
            return super.attach(uri, mode, context).thenApply(medium -> new ForwardingWalMedium(medium) {
                @Override
                public void close() {
                    super.close();
                    if (holder == node) {
                        holder = null;
                    }
                }
            });
        }
    }
}
