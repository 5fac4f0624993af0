package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.wal.WalContract;
import io.s3stream.testkit.wal.WalSession;
import org.junit.jupiter.api.Test;

/**
 * The stricter parts of the contract: an object is written whole, so a bad one is never a torn tail. It is reported
 * even without a proof of its acknowledgement.
 */
abstract class S3WalContract extends WalContract {

    @Test
    void invalidFrameIsReported() {
        for (int size : new int[] {100, 8192}) {
            Generation written = write(size * EPOCH, 1, sizes(6, 32));
            reported(written, 7, new byte[size]);
        }
    }

    @Test
    void damagedLastFrameIsReported() {
        Generation written = write(sizes(10, 34));
        byte[] damaged = written.frames().written().get(9).bytes().clone();
        damaged[damaged.length / 2] ^= 1;
        reported(written, 10, damaged);
    }

    private void reported(Generation written, long sequence, byte[] bytes) {
        ((S3Fixture) fixture()).putObject(written.descriptor(), sequence, bytes);
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            assertThatThrownBy(() -> session.fenceAndReplay(
                            written.descriptor(), written.frames().start()))
                    .isInstanceOf(CorruptedDataException.class)
                    .hasMessageContainingAll(
                            "object=wal/3/" + written.descriptor().walEpoch(), "0" + sequence);
            session.release(written.descriptor());
        }
    }
}
