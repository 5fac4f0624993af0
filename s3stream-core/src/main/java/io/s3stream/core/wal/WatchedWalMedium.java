package io.s3stream.core.wal;

import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WriteAheadLog;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A medium with {@linkplain MediumWatch watched} calls, except for the writer's. Stateless. */
final class WatchedWalMedium implements WalMedium {

    private final WalMedium medium;
    private final URI uri;
    private final MediumWatch watch;

    WatchedWalMedium(WalMedium medium, URI uri, MediumWatch watch) {
        this.medium = medium;
        this.uri = uri;
        this.watch = watch;
    }

    private <T> CompletableFuture<T> watched(String call, Supplier<CompletableFuture<T>> request) {
        return watch.watch(uri, call, request, late -> {});
    }

    @Override
    public boolean isExclusive() {
        return medium.isExclusive();
    }

    @Override
    public String identity() {
        return medium.identity();
    }

    @Override
    public boolean holds(WalDescriptor descriptor) {
        return medium.holds(descriptor);
    }

    @Override
    public CompletableFuture<Integer> maxFrameBytes() {
        return watched("size", medium::maxFrameBytes);
    }

    @Override
    public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
        return watched("prepare", () -> medium.prepare(walEpoch));
    }

    @Override
    public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
        return medium.create(descriptor, firstSequence);
    }

    @Override
    public CompletableFuture<Void> fence(WalDescriptor descriptor, long from) {
        return watched("fence", () -> medium.fence(descriptor, from));
    }

    @Override
    public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
        return watch.<Replay>watch(
                uri, "replay", () -> medium.replay(descriptor, after).thenApply(WatchedReplay::new), Replay::close);
    }

    @Override
    public CompletableFuture<Void> release(WalDescriptor descriptor) {
        return watched("release", () -> medium.release(descriptor));
    }

    @Override
    public void close() {
        medium.close();
    }

    /** Watches each frame. */
    private final class WatchedReplay implements Replay {

        private final Replay replay;

        WatchedReplay(Replay replay) {
            this.replay = replay;
        }

        @Override
        public CompletableFuture<Optional<ReplayedFrame>> next() {
            return watched("replay", replay::next);
        }

        @Override
        public void close() {
            replay.close();
        }
    }
}
