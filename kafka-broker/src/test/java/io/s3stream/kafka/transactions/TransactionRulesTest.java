package io.s3stream.kafka.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.server.common.TransactionVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The state machine, by the tables in Kafka's coordinator. */
class TransactionRulesTest {

    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);
    private static final short EPOCH = 10;
    private static final short LAST_EPOCH = Short.MAX_VALUE - 1;

    @ParameterizedTest
    @CsvSource({
        "EMPTY,           abort,  retry,   PRODUCER_FENCED",
        "EMPTY,           abort,  current, PREPARE_ABORT",
        "EMPTY,           commit, retry,   PRODUCER_FENCED",
        "EMPTY,           commit, current, INVALID_TXN_STATE",
        "COMPLETE_ABORT,  abort,  retry,   NONE",
        "COMPLETE_ABORT,  abort,  current, PREPARE_ABORT",
        "COMPLETE_ABORT,  commit, retry,   INVALID_TXN_STATE",
        "COMPLETE_ABORT,  commit, current, INVALID_TXN_STATE",
        "COMPLETE_COMMIT, abort,  retry,   INVALID_TXN_STATE",
        "COMPLETE_COMMIT, abort,  current, PREPARE_ABORT",
        "COMPLETE_COMMIT, commit, retry,   NONE",
        "COMPLETE_COMMIT, commit, current, INVALID_TXN_STATE",
        "ONGOING,         commit, current, PREPARE_COMMIT",
        "ONGOING,         abort,  current, PREPARE_ABORT",
        "ONGOING,         commit, retry,   PRODUCER_FENCED",
        "PREPARE_COMMIT,  commit, retry,   CONCURRENT_TRANSACTIONS",
        "PREPARE_COMMIT,  abort,  retry,   INVALID_TXN_STATE",
        "PREPARE_COMMIT,  commit, current, PRODUCER_FENCED",
        "PREPARE_ABORT,   abort,  retry,   CONCURRENT_TRANSACTIONS",
        "PREPARE_ABORT,   commit, retry,   INVALID_TXN_STATE",
    })
    void endOfVersion2(TransactionState state, String outcome, String attempt, String expected) {
        TransactionMetadata metadata = metadata(state, EPOCH);
        Decision decision = TransactionRules.endV2(
                metadata, producer(attempt.equals("retry") ? EPOCH - 1 : EPOCH), outcome.equals("commit"), true, -1, 5);
        assertThat(describe(decision)).isEqualTo(expected);
        if (decision instanceof Decision.Transit transit) {
            assertThat(transit.next().producerEpoch()).isEqualTo((short) (EPOCH + 1));
        } else if (decision instanceof Decision.Accept accept) {
            assertThat(accept.producerEpoch()).isEqualTo(EPOCH);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EMPTY,           abort,  current, INVALID_TXN_STATE",
        "EMPTY,           commit, current, INVALID_TXN_STATE",
        "ONGOING,         commit, current, PREPARE_COMMIT",
        "ONGOING,         abort,  current, PREPARE_ABORT",
        "ONGOING,         commit, retry,   PRODUCER_FENCED",
        "COMPLETE_ABORT,  abort,  current, NONE",
        "COMPLETE_ABORT,  commit, current, INVALID_TXN_STATE",
        "COMPLETE_COMMIT, commit, current, NONE",
        "COMPLETE_COMMIT, abort,  current, INVALID_TXN_STATE",
        "PREPARE_COMMIT,  commit, current, CONCURRENT_TRANSACTIONS",
        "PREPARE_COMMIT,  abort,  current, INVALID_TXN_STATE",
        "PREPARE_ABORT,   abort,  current, CONCURRENT_TRANSACTIONS",
        "PREPARE_ABORT,   commit, current, INVALID_TXN_STATE",
    })
    void endOfVersion1(TransactionState state, String outcome, String attempt, String expected) {
        Decision decision = TransactionRules.endV1(
                metadata(state, EPOCH),
                producer(attempt.equals("retry") ? EPOCH - 1 : EPOCH),
                outcome.equals("commit"),
                true,
                5);
        assertThat(describe(decision)).isEqualTo(expected);
        if (decision instanceof Decision.Transit transit) {
            assertThat(transit.next().producerEpoch()).isEqualTo(EPOCH);
        }
    }

    @Test
    void exhaustedEpochsOfVersion2LeadToANewProducerId() {
        TransactionMetadata metadata = metadata(TransactionState.ONGOING, LAST_EPOCH);
        Decision.Transit prepared =
                (Decision.Transit) TransactionRules.endV2(metadata, producer(LAST_EPOCH), true, true, 99, 5);
        metadata.completeTransitionTo(prepared.next());
        assertThat(metadata.producerId()).as("markers have the old id").isEqualTo(1);
        metadata.completeTransitionTo(metadata.prepareComplete(6));
        assertThat(metadata.producerId()).isEqualTo(99);
        assertThat(metadata.producerEpoch()).isZero();
        assertThat(TransactionRules.endV2(metadata, producer(LAST_EPOCH), true, true, 100, 7))
                .as("the repeated request")
                .isEqualTo(new Decision.Accept(99, (short) 0));
    }

    @Test
    void exhaustedEpochsOfANewInstanceLeadToANewProducerId() {
        TransactionMetadata metadata = metadata(TransactionState.COMPLETE_COMMIT, LAST_EPOCH);
        Decision.Transit next = (Decision.Transit) TransactionRules.init(metadata, 1000, Optional.empty(), 99, 5);
        assertThat(next.next().producerId()).isEqualTo(99);
        assertThat(next.next().producerEpoch()).isZero();
    }

    @Test
    void recoveringProducerIsKnownByItsEpochOrTheOneBefore() {
        TransactionMetadata metadata = metadata(TransactionState.COMPLETE_COMMIT, EPOCH);
        Decision.Transit bumped = (Decision.Transit) TransactionRules.init(metadata, 1000, expected(1, EPOCH), -1, 5);
        metadata.completeTransitionTo(bumped.next());
        assertThat(metadata.producerEpoch()).isEqualTo((short) (EPOCH + 1));
        Decision.Transit repeated = (Decision.Transit) TransactionRules.init(metadata, 1000, expected(1, EPOCH), -1, 5);
        assertThat(repeated.next().producerEpoch()).isEqualTo((short) (EPOCH + 1));
        metadata.completeTransitionTo(repeated.next());
        assertThat(TransactionRules.init(metadata, 1000, expected(1, EPOCH - 3), -1, 5))
                .isEqualTo(new Decision.Refuse(Errors.PRODUCER_FENCED));
        assertThat(TransactionRules.init(metadata, 1000, expected(2, EPOCH), -1, 5))
                .isEqualTo(new Decision.Refuse(Errors.PRODUCER_FENCED));
    }

    @Test
    void newInstanceAbortsAnOngoingTransactionFirst() {
        TransactionMetadata metadata = metadata(TransactionState.ONGOING, EPOCH);
        Decision.Transit fence = (Decision.Transit) TransactionRules.init(metadata, 1000, Optional.empty(), -1, 5);
        assertThat(fence.next().txnState()).isEqualTo(TransactionState.PREPARE_EPOCH_FENCE);
        assertThat(TransactionRules.init(metadata, 1000, Optional.empty(), -1, 5))
                .isEqualTo(new Decision.Refuse(Errors.CONCURRENT_TRANSACTIONS));
        Decision.Transit aborted = (Decision.Transit)
                TransactionRules.endV2(metadata, producer(fence.next().producerEpoch()), false, false, -1, 5);
        assertThat(aborted.next().txnState()).isEqualTo(TransactionState.PREPARE_ABORT);
        assertThat(aborted.next().producerEpoch()).isGreaterThan(EPOCH);
    }

    /** So the fenced producer can abort its transaction, and gets the epoch of the next one. */
    @Test
    void fenceRaisesTheEpochOnce() {
        TransactionMetadata metadata = metadata(TransactionState.ONGOING, EPOCH);
        fence(metadata, -1);
        assertThat(metadata.producerEpoch()).isEqualTo((short) (EPOCH + 1));
        metadata.completeTransitionTo(metadata.prepareComplete(6));
        assertThat(TransactionRules.endV2(metadata, producer(EPOCH), false, true, -1, 7))
                .isEqualTo(new Decision.Accept(1, (short) (EPOCH + 1)));
    }

    @Test
    void fenceOfExhaustedEpochsLeadsToANewProducerId() {
        TransactionMetadata metadata = metadata(TransactionState.ONGOING, LAST_EPOCH);
        fence(metadata, 99);
        assertThat(metadata.producerId()).as("markers have the old id").isEqualTo(1);
        assertThat(metadata.producerEpoch()).isEqualTo(Short.MAX_VALUE);
        metadata.completeTransitionTo(metadata.prepareComplete(6));
        assertThat(metadata.producerId()).isEqualTo(99);
        assertThat(metadata.producerEpoch()).isZero();
    }

    private static void fence(TransactionMetadata metadata, long newId) {
        Decision.Transit fence = (Decision.Transit) TransactionRules.init(metadata, 1000, Optional.empty(), newId, 5);
        TransactionalProducer fenced = producer(fence.next().producerEpoch());
        Decision.Transit aborted = (Decision.Transit) TransactionRules.endV2(metadata, fenced, false, false, newId, 5);
        metadata.completeTransitionTo(aborted.next());
    }

    @Test
    void partitionsAreAddedOnceAndOnlyByThePresentInstance() {
        TransactionMetadata metadata = metadata(TransactionState.COMPLETE_COMMIT, EPOCH);
        Decision.Transit first = (Decision.Transit) add(metadata, EPOCH);
        assertThat(first.next().txnState()).isEqualTo(TransactionState.ONGOING);
        assertThat(describe(add(metadata, EPOCH))).as("in progress").isEqualTo("CONCURRENT_TRANSACTIONS");
        metadata.completeTransitionTo(first.next());
        assertThat(describe(add(metadata, EPOCH))).isEqualTo("NONE");
        assertThat(describe(add(metadata, EPOCH - 1))).isEqualTo("PRODUCER_FENCED");
        assertThat(describe(add(metadata(TransactionState.PREPARE_COMMIT, EPOCH), EPOCH)))
                .isEqualTo("CONCURRENT_TRANSACTIONS");
    }

    private static Decision add(TransactionMetadata metadata, int epoch) {
        return TransactionRules.add(metadata, producer(epoch), Set.of(PARTITION), TransactionVersion.TV_2, 5);
    }

    private static Optional<ProducerIdAndEpoch> expected(long id, int epoch) {
        return Optional.of(new ProducerIdAndEpoch(id, (short) epoch));
    }

    private static TransactionalProducer producer(int epoch) {
        return new TransactionalProducer("id", 1, (short) epoch);
    }

    private static TransactionMetadata metadata(TransactionState state, short epoch) {
        boolean hasPartitions =
                state == TransactionState.ONGOING || state.name().startsWith("PREPARE");
        return new TransactionMetadata(
                "id",
                1,
                -1,
                -1,
                epoch,
                (short) -1,
                1000,
                state,
                hasPartitions ? new HashSet<>(Set.of(PARTITION)) : new HashSet<>(),
                state == TransactionState.EMPTY ? -1 : 1,
                1,
                TransactionVersion.TV_2);
    }

    private static String describe(Decision decision) {
        if (decision instanceof Decision.Refuse refuse) {
            return refuse.error().name();
        }
        return decision instanceof Decision.Transit transit
                ? transit.next().txnState().name()
                : Errors.NONE.name();
    }
}
