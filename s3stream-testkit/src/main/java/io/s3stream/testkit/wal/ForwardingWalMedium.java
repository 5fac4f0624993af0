package io.s3stream.testkit.wal;

import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WriteAheadLog;
import java.util.concurrent.CompletableFuture;

/** Forwards all calls to another medium. A test overrides some of them. */
public class ForwardingWalMedium implements WalMedium {

    private final WalMedium medium;

    public ForwardingWalMedium(WalMedium medium) {
        this.medium = medium;
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
        return medium.maxFrameBytes();
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
    }
}
