/**
 * A deterministic simulation of one WAL: openers, writers, crashes and zombies over a simulated medium.
 *
 * <p>{@link io.s3stream.testkit.wal.scenario.WalScenario} runs seeded courses ({@code WalCourse}) and checks the
 * history of acknowledged frames ({@code WalHistory}). {@link io.s3stream.testkit.wal.scenario.SimulatedWal} is
 * the part that a WAL module implements. {@code BrokenOpeningOrders} contains wrong opening orders, which the
 * scenario must detect. Start with {@code WalScenario}.
 */
@NullMarked
package io.s3stream.testkit.wal.scenario;

import org.jspecify.annotations.NullMarked;
