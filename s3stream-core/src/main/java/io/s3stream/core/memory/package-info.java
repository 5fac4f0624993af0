/**
 * Direct memory and its limits: one budget for the write path, slabs with one reference count each, leases, and permits
 * for reads.
 *
 * <p>{@link io.s3stream.core.memory.MemoryBudget} limits the write path. {@link io.s3stream.core.memory.SlabPool} hands
 * out {@link io.s3stream.core.memory.Slab slabs} and takes their memory back. {@link io.s3stream.core.memory.Permits}
 * limits concurrent reads from object storage, and {@link io.s3stream.core.memory.ReadLeases} limits the buffers that
 * unclosed fetch results pin.
 *
 * <p>Start with {@code Slab}: its reference count decides when memory is reused. Every type is thread-safe and belongs
 * to no thread. No state here exists per record.
 */
@NullMarked
package io.s3stream.core.memory;

import org.jspecify.annotations.NullMarked;
