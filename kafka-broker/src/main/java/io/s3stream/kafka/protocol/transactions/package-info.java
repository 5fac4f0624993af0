/**
 * The requests of transactions: those of producers, of coordinators on other brokers, and of tools. Each handler turns
 * a request into a call of the {@linkplain io.s3stream.kafka.transactions.TransactionCoordinator coordinator} and the
 * result into a response of the request's version. {@link
 * io.s3stream.kafka.protocol.transactions.TransactionLocator} answers FindCoordinator for transactional ids, and creates
 * the topic of the states.
 *
 * <p>Start with {@link io.s3stream.kafka.protocol.transactions.TransactionApi}. The handlers of Produce and
 * InitProducerId are in the package above.
 */
@NullMarked
package io.s3stream.kafka.protocol.transactions;

import org.jspecify.annotations.NullMarked;
