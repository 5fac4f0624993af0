/**
 * Transactions: the coordinator of transactional ids, and the markers that it writes to the partitions.
 *
 * <p>The states are records of the topic {@code __transaction_state}, in Kafka's format. The coordinator of an id is the
 * broker that leads the id's partition. {@link io.s3stream.kafka.transactions.TransactionCoordinator} is where to start:
 * one thread owns all states. A request changes a state in three steps: {@code TransactionRules} decides, {@code
 * StateLog} writes the new state, and the answer follows when the record is durable. The coordinator epoch is the leader
 * epoch of the partition, so that partitions refuse the markers of an older coordinator.
 *
 * <p>A transaction is decided when its state {@code PREPARE_COMMIT} or {@code PREPARE_ABORT} is durable. Then the
 * coordinator sends markers to all partitions, again and again until all have one, and writes the complete state. A
 * coordinator that loads a prepared state does the same. Transaction versions 0 to 2 are supported: with version 2 the
 * epoch of the producer grows with each transaction, and partitions are added by the requests that write to them.
 *
 * <p>{@link io.s3stream.kafka.transactions.MarkerSender} and {@link io.s3stream.kafka.transactions.PartitionVerifier}
 * are the boundaries to other brokers. {@link io.s3stream.kafka.transactions.MarkerTarget} lets the coordinators of
 * groups take part.
 */
@NullMarked
package io.s3stream.kafka.transactions;

import org.jspecify.annotations.NullMarked;
