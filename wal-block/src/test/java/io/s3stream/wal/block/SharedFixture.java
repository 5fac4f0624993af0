package io.s3stream.wal.block;

import io.netty.buffer.PooledByteBufAllocator;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.wal.WalFencing;
import io.s3stream.testkit.wal.WalFixture;
import io.s3stream.testkit.wal.WalFrames;
import java.io.IOException;
import java.net.URI;

/** A block WAL in shared mode, on a file or device. Its damage to the medium is the same as for an exclusive one. */
final class SharedFixture implements WalFixture {

    private final BlockFixture medium;
    private final MemoryObjectStorage storage = new MemoryObjectStorage(PooledByteBufAllocator.DEFAULT);

    SharedFixture(URI uri) {
        this.medium = new BlockFixture(uri);
    }

    @Override
    public WalFencing fencing() {
        return WalFencing.SHARED;
    }

    @Override
    public WalProvider provider() {
        return medium.provider();
    }

    @Override
    public URI freshUri() {
        return medium.freshUri();
    }

    @Override
    public ObjectStorage storage() {
        return storage;
    }

    @Override
    public void failWrites(boolean fail) {
        medium.failWrites(fail);
    }

    @Override
    public void loseResponses(boolean lose) {
        medium.loseResponses(lose);
    }

    @Override
    public void holdWrites(boolean hold) {
        medium.holdWrites(hold);
    }

    @Override
    public int heldWrites() {
        return medium.heldWrites();
    }

    @Override
    public void putGarbage(WalDescriptor descriptor, WalAnchor last, byte[] garbage) throws IOException {
        medium.putGarbage(descriptor, last, garbage);
    }

    @Override
    public void damage(WalDescriptor descriptor, WalFrames.Written frame, int at) throws IOException {
        medium.damage(descriptor, frame, at);
    }

    @Override
    public void takeAway(URI uri) throws IOException {
        medium.takeAway(uri);
    }
}
