package io.s3stream.wal.block;

import java.net.URI;
import org.junit.jupiter.api.Tag;

/** Shared mode on a raw device of at least 20 MiB, which is overwritten: see {@link LoopDeviceTest}. */
@Tag("loop")
class SharedLoopDeviceTest extends SharedBlockWalTest {

    @Override
    URI freshMedium() throws Exception {
        return URI.create("block://" + LoopDeviceTest.blank(9 << 20) + OPTIONS);
    }
}
