/**
 * Shared mode: many nodes write to one device that is attached to several hosts.
 *
 * <p>{@code SharedMedium} opens, seals and releases generations. {@code AllocationRegister} records in object
 * storage which generation owns which extent. {@code FenceCells} fences one generation by a cell on the device,
 * and {@code CellGuard} stops its writer. {@code SharedFormat} formats a device once. Start with {@code
 * SharedMedium}.
 */
@NullMarked
package io.s3stream.wal.block.shared;

import org.jspecify.annotations.NullMarked;
