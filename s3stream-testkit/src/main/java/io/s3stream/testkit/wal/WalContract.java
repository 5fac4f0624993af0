package io.s3stream.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.wal.WalProvider.AttachMode;
import org.junit.jupiter.api.Test;

/**
 * The contract of a {@link io.s3stream.spi.wal.WalProvider}: every sentence of the SPI's Javadoc as a test. Extend it
 * and open a {@link WalFixture}.
 */
public abstract class WalContract extends WalFailureContract {

    @Test
    void appendedFramesAreReplayedAfterReattaching() {
        Generation written = write(sizes(20, 1));
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            assertReplayed(
                    session.fenceAndReplay(
                            written.descriptor(), written.frames().start()),
                    written.frames(),
                    0);
        }
    }

    @Test
    void replayBeginsAfterAnyAnchor() {
        Generation written = write(sizes(20, 2));
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            for (int i = 1; i <= 20; i++) {
                assertReplayed(
                        session.replay(written.descriptor(), written.frames().anchor(i)), written.frames(), i);
            }
        }
    }

    @Test
    void aGenerationWithoutFramesReplaysEmpty() {
        Generation written = write();
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            assertThat(session.fenceAndReplay(
                            written.descriptor(), written.frames().start()))
                    .isEmpty();
        }
    }
}
