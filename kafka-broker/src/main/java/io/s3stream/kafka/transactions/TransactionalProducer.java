package io.s3stream.kafka.transactions;

/**
 * An instance of a transactional producer, as it names itself in its requests.
 *
 * @param transactionalId of its configuration
 * @param producerId that the coordinator gave it
 * @param producerEpoch that the coordinator gave it
 */
public record TransactionalProducer(String transactionalId, long producerId, short producerEpoch) {}
