package io.s3stream.wal.nfs;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;

/** The parameters of an attach. */
record AttachRequest(URI uri, NfsOptions options, AttachMode mode, WalContext context) {}
