/**
 * The decisions of a broker about its cluster, as pure functions and state machines: no thread, clock, socket or store.
 * {@link io.s3stream.kafka.cluster.Cluster} feeds them and carries their decisions out; a simulation may do the same.
 */
@NullMarked
package io.s3stream.kafka.cluster.decisions;

import org.jspecify.annotations.NullMarked;
