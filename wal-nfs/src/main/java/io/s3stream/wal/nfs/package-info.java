/** Keeps the place of the write-ahead log on a directory of an NFS mount. Nothing is here yet: no provider is registered, so its URIs are refused. */
@NullMarked
package io.s3stream.wal.nfs;

import org.jspecify.annotations.NullMarked;
