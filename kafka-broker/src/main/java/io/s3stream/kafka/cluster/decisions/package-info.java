/**
 * The decisions of a broker about its cluster, as pure functions and state machines: no thread, clock, socket or store.
 *
 * <p>{@link io.s3stream.kafka.cluster.decisions.Placement} computes the broker that should lead a partition. {@link
 * io.s3stream.kafka.cluster.decisions.Assignment} lists the partitions that a broker should open or release. {@link
 * io.s3stream.kafka.cluster.decisions.Suspicions} decides when a broker should take over another one.
 *
 * <p>{@link io.s3stream.kafka.cluster.Cluster} carries the decisions out. The tests run up to 20 brokers in virtual time.
 */
@NullMarked
package io.s3stream.kafka.cluster.decisions;

import org.jspecify.annotations.NullMarked;
