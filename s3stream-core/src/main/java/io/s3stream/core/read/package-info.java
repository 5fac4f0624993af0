/**
 * Reads. A tailing read is served from the write cache on the caller's thread; a catch-up read goes from the ranges in the
 * metadata through object indexes to data blocks, which are verified once when they are loaded.
 */
@NullMarked
package io.s3stream.core.read;

import org.jspecify.annotations.NullMarked;
