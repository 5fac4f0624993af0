package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.FileDeviceSource;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/**
 * The same on a raw device, which is overwritten: {@code -Dloop.device=/dev/loopN}, made with
 * {@code losetup -f --show --direct-io=on FILE}.
 */
@Tag("loop")
class LoopDeviceTest extends BlockWalTest {

    @Override
    URI freshMedium() throws Exception {
        return URI.create("block://" + blank(1 << 20) + "?capacity=1MiB");
    }

    /**
     * The device's path. Its first {@code bytes} are empty, without frames of other tests, which have the same seeds
     * and so the same nonces.
     */
    static String blank(int bytes) throws Exception {
        String path = System.getProperty("loop.device");
        assertThat(path).as("-Dloop.device=/dev/loopN").isNotNull();
        try (BlockDevice device = new FileDeviceSource().open(Path.of(path), false)) {
            assertThat(device.isFixedSize()).isTrue();
            ByteBuffer zeros = ByteBuffer.allocateDirect(bytes + 4096).alignedSlice(4096);
            device.write(zeros.limit(bytes), 0);
        }
        return path;
    }
}
