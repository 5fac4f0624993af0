package io.s3stream.core.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.layout.ObjectKeys.DataKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrphanRuleTest {

    private static final int NODE = 3;
    private static final long EPOCH = 7;

    private final KeysInFlight keys = new KeysInFlight(NODE, EPOCH);
    private final OrphanRule rule = new OrphanRule();

    private boolean isSettled(int nodeId, long epoch, long counter, Long present) {
        return rule.isSettled(new DataKey(nodeId, epoch, counter), keys.snapshot(), present);
    }

    @Test
    void olderEpochOfAnyNodeIsSettled() {
        assertThat(isSettled(NODE, EPOCH - 1, 900, EPOCH)).isTrue();
        assertThat(isSettled(8, 1, 900, 2L)).isTrue();
    }

    @Test
    void presentEpochOfOtherNodeIsNotSettled() {
        assertThat(isSettled(8, 2, 1, 2L)).isFalse();
    }

    @Test
    void epochUnknownToStateIsNotSettled() {
        assertThat(isSettled(8, 3, 1, 2L)).isFalse();
        assertThat(isSettled(8, 1, 1, null)).isFalse();
    }

    @Test
    void releasedOwnKeyIsSettled() {
        String first = keys.next();
        keys.next();
        keys.release(List.of(first));
        assertThat(ObjectKeys.parse(first).counter()).isEqualTo(1);
        assertThat(isSettled(NODE, EPOCH, 1, EPOCH)).isTrue();
        assertThat(isSettled(NODE, EPOCH, 2, EPOCH)).isFalse();
        assertThat(isSettled(NODE, EPOCH, 3, EPOCH)).as("not assigned yet").isFalse();
    }

    /** A fenced process does not know which keys its successor has in flight. */
    @Test
    void newerEpochOfOwnNodeIsNotSettled() {
        assertThat(isSettled(NODE, EPOCH + 1, 1, EPOCH + 1)).isFalse();
        assertThat(isSettled(NODE, EPOCH, 1, EPOCH + 1))
                .as("the epoch of this process, which is over")
                .isTrue();
    }
}
