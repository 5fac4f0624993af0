/**
 * Rounds of transactional clients against three brokers in processes of their own. Each round has a topic, a group and
 * transactional ids of its own, and its history goes to the {@linkplain io.s3stream.kafka.transactions.checker checker}.
 * Several rounds run at once and share a fault: none, or a broker that is killed, paused or restarted. The clients of all rounds
 * abort, die with open transactions and during commits, and continue as zombies.
 *
 * <p>{@link io.s3stream.kafka.rounds.transactions.TransactionRounds} is the program, and {@link
 * io.s3stream.kafka.rounds.transactions.Round} a round. {@link io.s3stream.kafka.rounds.transactions.Mutants} are
 * brokers with a fault in their code that the checker has to notice.
 */
package io.s3stream.kafka.rounds.transactions;
