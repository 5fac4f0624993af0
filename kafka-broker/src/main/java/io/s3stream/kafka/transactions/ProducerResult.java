package io.s3stream.kafka.transactions;

import org.apache.kafka.common.protocol.Errors;

/**
 * The answer to a producer that begins or ends.
 *
 * @param producerId for the next transaction, or -1
 * @param producerEpoch for the next transaction, or -1
 */
public record ProducerResult(Errors error, long producerId, short producerEpoch) {

    static ProducerResult failed(Errors error) {
        return new ProducerResult(error, -1, (short) -1);
    }
}
