package io.s3stream.kafka.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Each anomaly is found, and a clean history has no finding. */
class PartitionHistoryTest {

    private final PartitionHistory history = new PartitionHistory();

    private void acknowledgedAndRead(long number, long offset) {
        history.acknowledge(number, offset);
        history.read(offset, number);
    }

    @Test
    void cleanHistoryHasNoFinding() {
        acknowledgedAndRead(0, 0);
        history.read(1, 1); // its acknowledgement was lost
        acknowledgedAndRead(2, 2);
        history.read(2, 2); // read again after a rebalance

        assertThat(history.findings()).isEmpty();
        assertThat(history.acknowledged()).isEqualTo(2);
        assertThat(history.delivered()).isEqualTo(3);
    }

    @Test
    void lostRecordIsFound() {
        acknowledgedAndRead(0, 0);
        history.acknowledge(1, 1);

        assertThat(history.findings()).containsExactly("number 1 was acknowledged at offset 1 and is not there");
    }

    @Test
    void doubledRecordIsFound() {
        acknowledgedAndRead(0, 0);
        history.read(1, 0);

        assertThat(history.findings()).containsExactly("number 0 at offset 1 follows 0");
    }

    @Test
    void wrongOrderIsFound() {
        history.read(0, 1);
        history.read(1, 0);

        assertThat(history.findings()).containsExactly("number 0 at offset 1 follows 1");
    }

    @Test
    void skippedOffsetIsFound() {
        acknowledgedAndRead(0, 0);
        acknowledgedAndRead(1, 2);

        assertThat(history.findings()).containsExactly("offset 1 was not read");
        assertThat(history.delivered()).isEqualTo(1);
    }

    @Test
    void offsetThatChangesItsRecordIsFound() {
        history.read(0, 0);
        history.read(0, 1);

        assertThat(history.findings()).containsExactly("offset 0 had number 0 and has number 1");
    }

    @Test
    void acknowledgementAtAnotherOffsetIsFound() {
        history.acknowledge(0, 1);
        history.read(0, 0);
        history.read(1, 1);

        assertThat(history.findings()).containsExactly("number 0 was acknowledged at offset 1 and is not there");
    }
}
