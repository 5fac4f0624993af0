/**
 * Which broker leads which partition. Each broker watches the metadata, opens the partitions that it should lead and
 * that nobody has open, gives up those that another broker should lead, and takes over brokers that are gone.
 *
 * <p>{@link io.s3stream.kafka.cluster.Cluster} is the serial loop. {@link io.s3stream.kafka.cluster.LedLogs} opens and
 * closes logs, {@link io.s3stream.kafka.cluster.PeerWatch} notices the end of other processes, and {@link
 * io.s3stream.kafka.cluster.BrokerTags} is what brokers tell each other.
 *
 * <p>Start with {@link io.s3stream.kafka.cluster.Cluster}; the decisions themselves are in {@code .decisions}.
 */
@NullMarked
package io.s3stream.kafka.cluster;

import org.jspecify.annotations.NullMarked;
