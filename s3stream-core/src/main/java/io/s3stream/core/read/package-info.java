/**
 * Reads. A tailing read is served from the write cache on the caller's thread; a catch-up read goes from the ranges in the
 * metadata through object indexes to data blocks, which are verified once when they are loaded. Positions by time and
 * sizes take the same two ways, with maxima and sums instead of data wherever they suffice.
 */
@NullMarked
package io.s3stream.core.read;

import org.jspecify.annotations.NullMarked;
