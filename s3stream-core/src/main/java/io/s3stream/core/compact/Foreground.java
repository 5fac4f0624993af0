package io.s3stream.core.compact;

import java.util.function.BooleanSupplier;

/**
 * What compaction stays behind [L24]. Asked on its context, before each request; must answer at once.
 *
 * @param isPressed whether appends will soon have to wait for memory
 * @param hasReadsWaiting whether readers wait for object storage, many at a time or for their turn
 */
public record Foreground(BooleanSupplier isPressed, BooleanSupplier hasReadsWaiting) {}
