/**
 * Failure rounds: brokers as processes of their own on one store, that are killed, paused, restarted and replaced under
 * load, and a check of all that was acknowledged. {@link io.s3stream.kafka.rounds.FailureRounds} is the program.
 */
package io.s3stream.kafka.rounds;
