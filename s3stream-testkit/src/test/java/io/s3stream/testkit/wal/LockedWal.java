package io.s3stream.testkit.wal;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.sim.SimNode;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The reference WAL behind a lock that its opener holds while it lives. Owner of the lock. */
final class LockedWal implements SimulatedWal {

    private final WalWorld world;
    private SimNode holder;

    private LockedWal(WalWorld world) {
        this.world = world;
    }

    static SimulatedWal.Factory factory() {
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

    private final class Provider implements WalProvider {

        private final SimNode node;
        private final WalProvider wal;

        Provider(SimNode node, WalProvider wal) {
            this.node = node;
            this.wal = wal;
        }

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
            if (holder != null && holder != node && holder.isAlive()) {
                return CompletableFuture.failedFuture(new ConflictException("held by another"));
            }
            holder = node;
            return wal.attach(uri, mode, context).thenApply(medium -> new Medium(node, medium));
        }
    }

    private final class Medium implements WalMedium {

        private final SimNode node;
        private final WalMedium medium;

        Medium(SimNode node, WalMedium medium) {
            this.node = node;
            this.medium = medium;
        }

        @Override
        public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
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
            if (holder == node) {
                holder = null;
            }
        }
    }
}
