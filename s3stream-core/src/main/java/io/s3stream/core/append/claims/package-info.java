/**
 * Slabs that callers fill. A caller claims a place inside the critical section of its stream, so places and offsets have
 * the same order. It then copies its record outside any lock, and publishes it. The append context reads the published
 * records in the order of their claims.
 *
 * <p>{@code OpenSlab} is one slab with its claims. {@code SlabClaims} is the chain of slabs that callers claim from, and
 * {@code ClaimReader} reads it. Start with {@code OpenSlab}.
 */
@NullMarked
package io.s3stream.core.append.claims;

import org.jspecify.annotations.NullMarked;
