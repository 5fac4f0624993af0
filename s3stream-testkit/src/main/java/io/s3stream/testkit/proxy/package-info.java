/**
 * An HTTP proxy that makes the faults of S3 servers and of the networks before them: storms of refusals, lost and late answers,
 * answers that contradict what was done, damaged bodies, odd headers and listings.
 *
 * <p>{@link io.s3stream.testkit.proxy.FaultProxy} stands before a real server. A {@link io.s3stream.testkit.proxy.FaultPlan} decides
 * which request meets which {@link io.s3stream.testkit.proxy.Fault}: {@link io.s3stream.testkit.proxy.SeededFaults} draws them,
 * {@link io.s3stream.testkit.proxy.ScriptedFaults} applies one fault to the next requests of a kind. The package uses sockets and
 * threads of the JDK only.
 */
@NullMarked
package io.s3stream.testkit.proxy;

import org.jspecify.annotations.NullMarked;
