package io.s3stream.core.wal;

import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import java.net.URI;

/** A medium that is ready for a generation, which is not in the metadata yet. */
public record PreparedWal(URI uri, String mediumId, WalMedium medium, WalDescriptor descriptor) {}
