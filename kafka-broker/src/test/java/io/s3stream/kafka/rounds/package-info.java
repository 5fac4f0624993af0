/**
 * Failure rounds: brokers as processes of their own on one store are killed, paused, cut off and replaced under load, and
 * all that was acknowledged is checked.
 *
 * <p>Start with {@link io.s3stream.kafka.rounds.FailureRounds}, the program. Each {@link
 * io.s3stream.kafka.rounds.Disturbance} is a class of its own. {@link io.s3stream.kafka.rounds.PartitionHistory} compares
 * the acknowledgements with the records that consumers read.
 */
package io.s3stream.kafka.rounds;
