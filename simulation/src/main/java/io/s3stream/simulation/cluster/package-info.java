/**
 * Several nodes over one bucket: what they are, what goes wrong around them, what is asked of them, and what must hold all
 * the while. {@link io.s3stream.simulation.cluster.ClusterScenario} is where to begin.
 */
@NullMarked
package io.s3stream.simulation.cluster;

import org.jspecify.annotations.NullMarked;
