package io.s3stream.wal.nfs;

import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.wal.WalFencing;
import io.s3stream.testkit.wal.WalFixture;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.wal.common.LogParts;
import io.s3stream.wal.nfs.directory.MountedDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** WALs in fresh directories below a given one, which may be on an NFS mount. */
final class DirectoryFixture implements WalFixture {

    private static final int NODE = 3;

    private final Path root;
    private final List<WriteFaults> processes = new ArrayList<>();

    DirectoryFixture(Path root) {
        this.root = root;
    }

    @Override
    public WalFencing fencing() {
        return WalFencing.SHARED;
    }

    @Override
    public WalProvider provider() {
        WriteFaults faults = new WriteFaults();
        processes.add(faults);
        return new NfsWalProvider(path -> faults.around(new MountedDirectory(path)));
    }

    @Override
    public URI freshUri() throws IOException {
        Path directory = Files.createTempDirectory(root, "wal");
        return URI.create("nfs://" + directory + "?capacity=1MiB&segment=256KiB&maxInFlight=8");
    }

    @Override
    public void failWrites(boolean fail) {
        processes.forEach(faults -> faults.failing = fail);
    }

    @Override
    public void loseResponses(boolean lose) {
        processes.forEach(faults -> faults.losing = lose);
    }

    @Override
    public void holdWrites(boolean hold) {
        processes.forEach(faults -> faults.hold(hold));
    }

    @Override
    public int heldWrites() {
        return processes.stream().mapToInt(WriteFaults::held).sum();
    }

    @Override
    public void putGarbage(WalDescriptor descriptor, WalAnchor last, byte[] garbage) throws IOException {
        SegmentGeometry geometry = SegmentGeometry.of(descriptor);
        long position = LogParts.place(last.endPosition(), garbage.length, geometry.segmentBytes());
        write(descriptor, position, garbage);
    }

    @Override
    public void damage(WalDescriptor descriptor, WalFrames.Written frame, int at) throws IOException {
        byte[] damaged = frame.bytes().clone();
        damaged[at] ^= 0x10;
        write(descriptor, frame.position(), damaged);
    }

    @Override
    public void takeAway(URI uri) throws IOException {
        Path directory = Path.of(uri.getPath());
        Files.move(directory, directory.resolveSibling(directory.getFileName() + ".away"));
    }

    @Override
    public long framesKept(WalDescriptor descriptor) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(descriptor.uri().getPath()).resolve("" + NODE))) {
            GenerationFiles names = new GenerationFiles(NODE, descriptor.walEpoch(), descriptor.nonce());
            return files.filter(file ->
                            names.segmentNumber(file.getFileName().toString()).isPresent())
                    .count();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static void write(WalDescriptor descriptor, long position, byte[] bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(segment(descriptor, position), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            channel.write(ByteBuffer.wrap(bytes), SegmentGeometry.of(descriptor).offset(position));
        }
    }

    private static Path segment(WalDescriptor descriptor, long position) {
        String name = new GenerationFiles(NODE, descriptor.walEpoch(), descriptor.nonce())
                .segment(SegmentGeometry.of(descriptor).segment(position));
        return Path.of(descriptor.uri().getPath()).resolve(name);
    }
}
