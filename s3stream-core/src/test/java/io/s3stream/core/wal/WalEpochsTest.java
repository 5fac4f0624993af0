package io.s3stream.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import org.junit.jupiter.api.Test;

class WalEpochsTest {

    /** The 65 536th switch would use the first WAL epoch of the node's next opening. */
    @Test
    void switchesUseNoEpochOfNextOpening() {
        WalEpochs epochs = new WalEpochs(7);
        long last = WalEpochs.first(7);
        for (int i = 1; i < 65_536; i++) {
            long next = epochs.next();
            assertThat(next).isEqualTo(last + 1);
            last = next;
        }
        assertThat(last).isEqualTo(WalEpochs.first(8) - 1);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(epochs::next)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("close the store and open it again");
        }
    }
}
