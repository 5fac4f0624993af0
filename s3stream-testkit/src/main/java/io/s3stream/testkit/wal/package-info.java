/**
 * Test suites for WALs. The author of a WAL runs both:
 *
 * <ul>
 *   <li>{@link io.s3stream.testkit.wal.WalContract}, a JUnit suite over a {@link io.s3stream.testkit.wal.WalFixture},
 *       on the real medium with real threads;
 *   <li>{@link io.s3stream.testkit.wal.scenario.WalScenario}, a seeded simulation over a {@link
 *       io.s3stream.testkit.wal.scenario.SimulatedWal}: one node opened again and again, with openers that are paused, slowed or
 *       killed at any step.
 * </ul>
 *
 * <p>Start with {@code WalContract}, whose superclasses are its chapters; {@link io.s3stream.testkit.wal.WalFixture} is
 * the part that a WAL implements. For the simulation, continue with {@code WalCourse} (a history), {@code WalOpening}
 * and {@code WalWriter} (an opener), and {@code WalHistory} (the rules).
 *
 * <p>The contract runs on the test thread; {@code WalProcess} owns the threads of each process. The simulation has one
 * thread, which owns all state.
 */
@NullMarked
package io.s3stream.testkit.wal;

import org.jspecify.annotations.NullMarked;
