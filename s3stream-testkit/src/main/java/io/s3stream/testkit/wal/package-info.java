/**
 * What makes a WAL a WAL. Whoever writes one runs both:
 *
 * <ul>
 *   <li>{@link io.s3stream.testkit.wal.WalContract}, a JUnit suite over a {@link io.s3stream.testkit.wal.WalFixture}, on the
 *       real medium with real threads;
 *   <li>{@link io.s3stream.testkit.wal.scenario.WalScenario}, a seeded simulation over a {@link
 *       io.s3stream.testkit.wal.scenario.SimulatedWal}: one node opened again and again, with openers that are paused, slowed or
 *       killed at any step.
 * </ul>
 */
@NullMarked
package io.s3stream.testkit.wal;

import org.jspecify.annotations.NullMarked;
