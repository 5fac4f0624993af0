package io.s3stream.kafka.transactions;

import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.transaction.TxnTransitMetadata;

/** The reaction of a coordinator to a request. */
sealed interface Decision {

    /** Answers an error, without a change. */
    record Refuse(Errors error) implements Decision {}

    /** Answers success, without a change: the request repeats an earlier one, or changes nothing. */
    record Accept(long producerId, short producerEpoch) implements Decision {}

    /** Writes a new state to the log, and answers when it is durable. */
    record Transit(TxnTransitMetadata next) implements Decision {}
}
