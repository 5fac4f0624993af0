package io.s3stream.wal.block;

import java.net.URI;
import org.junit.jupiter.api.Tag;

/** A lost lock on a raw device, which is overwritten: see {@link LoopDeviceTest}. */
@Tag("loop")
class LockLostLoopDeviceTest extends LockLostTest {

    @Override
    URI medium() throws Exception {
        return URI.create("block://" + LoopDeviceTest.blank(2 << 20) + OPTIONS);
    }

    @Override
    void retire(URI uri) {}
}
