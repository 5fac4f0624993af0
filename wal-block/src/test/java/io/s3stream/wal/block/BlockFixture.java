package io.s3stream.wal.block;

import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.wal.WalFencing;
import io.s3stream.testkit.wal.WalFixture;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.FileDeviceSource;
import io.s3stream.wal.block.format.RingGeometry;
import io.s3stream.wal.block.format.Superblock;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An exclusive block WAL on a file or device. */
final class BlockFixture implements WalFixture {

    private final URI uri;
    private final List<FaultyDevices> processes = new ArrayList<>();

    BlockFixture(URI uri) {
        this.uri = uri;
    }

    @Override
    public WalFencing fencing() {
        return WalFencing.LOCK;
    }

    @Override
    public WalProvider provider() {
        FaultyDevices devices = new FaultyDevices(new FileDeviceSource());
        processes.add(devices);
        return new BlockWalProvider(devices);
    }

    @Override
    public URI freshUri() {
        return uri;
    }

    @Override
    public void failWrites(boolean fail) {
        processes.forEach(devices -> devices.failing.set(fail));
    }

    @Override
    public void loseResponses(boolean lose) {
        processes.forEach(devices -> devices.losing.set(lose));
    }

    @Override
    public void holdWrites(boolean hold) {
        processes.forEach(devices -> devices.hold(hold));
    }

    @Override
    public int heldWrites() {
        return processes.stream().mapToInt(devices -> devices.waiting.get()).sum();
    }

    @Override
    public void putGarbage(WalDescriptor descriptor, WalAnchor last, byte[] garbage) throws IOException {
        write(garbage, RingGeometry.of(descriptor).physical(last.endPosition()));
    }

    @Override
    public void damage(WalDescriptor descriptor, WalFrames.Written frame, int at) throws IOException {
        byte[] damaged = frame.bytes().clone();
        damaged[at] ^= 0x10;
        write(damaged, RingGeometry.of(descriptor).physical(frame.position()));
    }

    @Override
    public void takeAway(URI medium) throws IOException {
        Path path = Path.of(medium.getPath());
        if (Files.isRegularFile(path)) {
            Files.delete(path);
        } else {
            write(new byte[Superblock.AREA_BYTES], 0);
        }
    }

    private void write(byte[] bytes, long position) throws IOException {
        ByteBuffer aligned =
                ByteBuffer.allocateDirect(bytes.length + BlockDevice.ALIGNMENT).alignedSlice(BlockDevice.ALIGNMENT);
        aligned.limit(bytes.length).put(0, bytes);
        try (BlockDevice device = new FileDeviceSource().open(Path.of(uri.getPath()), false)) {
            device.write(aligned, position);
        }
    }
}
