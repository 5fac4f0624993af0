/**
 * Brokers in virtual time: the real loop of the cluster, the real logs of partitions and the real store, in the simulated
 * world of {@code io.s3stream.simulation}. Brokers crash, pause, lose the bucket or each other, drain, restart and join.
 *
 * <p>{@link io.s3stream.kafka.cluster.simulation.BrokerScenario} is one history, and {@link
 * io.s3stream.kafka.cluster.simulation.BrokerSwarm} draws its composition from its seed. {@link
 * io.s3stream.kafka.cluster.simulation.Ownership}, {@link io.s3stream.kafka.cluster.simulation.Availability} and {@link
 * io.s3stream.kafka.cluster.simulation.Ledger} are the checkers. {@link
 * io.s3stream.kafka.cluster.simulation.BrokerCampaign} runs many histories.
 *
 * <p>Start with {@link io.s3stream.kafka.cluster.simulation.BrokerScenario}.
 */
@NullMarked
package io.s3stream.kafka.cluster.simulation;

import org.jspecify.annotations.NullMarked;
