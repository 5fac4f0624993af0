package io.s3stream.core.compact.pace;

import java.util.function.BooleanSupplier;

/**
 * The load that compaction yields to [L24]. Called on its context before each request. Must return at once.
 *
 * @param isPressed whether appends will soon have to wait for memory
 * @param hasReadsWaiting whether many readers, or readers in a queue, wait for object storage
 */
public record Foreground(BooleanSupplier isPressed, BooleanSupplier hasReadsWaiting) {}
