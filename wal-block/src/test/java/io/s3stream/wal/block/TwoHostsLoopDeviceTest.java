package io.s3stream.wal.block;

import java.net.URI;
import org.junit.jupiter.api.Tag;

/** A stopped writer on a raw device of at least 20 MiB, which is overwritten: see {@link LoopDeviceTest}. */
@Tag("loop")
class TwoHostsLoopDeviceTest extends TwoHostsTest {

    @Override
    URI medium() throws Exception {
        return URI.create("block://" + LoopDeviceTest.blank(20 << 20) + OPTIONS);
    }
}
