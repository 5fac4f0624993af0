/**
 * An HTTP proxy that makes the faults of S3 servers and networks: storms of refusals, lost and late responses,
 * responses that contradict the outcome, damaged bodies, odd headers and listings.
 *
 * <p>Start with {@link io.s3stream.testkit.proxy.FaultProxy}, which runs in front of a real server. A
 * {@link io.s3stream.testkit.proxy.FaultPlan} decides which {@link io.s3stream.testkit.proxy.Fault} each request gets.
 * {@link io.s3stream.testkit.proxy.SeededFaults} draws faults from a seed,
 * {@link io.s3stream.testkit.proxy.ScriptedFaults} applies a fault to the next requests of a kind. {@code Exchange}
 * makes the faults.
 *
 * <p>Each client connection has its own thread, which owns its {@code Exchange} and {@code Upstream}. Plans, counts and
 * kept listing pages are shared by all of them and thread-safe. The package uses only sockets and threads of the JDK.
 */
@NullMarked
package io.s3stream.testkit.proxy;

import org.jspecify.annotations.NullMarked;
