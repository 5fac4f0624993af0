/** Keeps the place of the write-ahead log on object storage. Nothing is here yet: no provider is registered, so its URIs are refused. */
@NullMarked
package io.s3stream.wal.s3;

import org.jspecify.annotations.NullMarked;
