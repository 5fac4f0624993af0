package io.s3stream.wal.block;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;

/** Who wants which medium. */
record AttachRequest(URI uri, BlockOptions options, AttachMode mode, WalContext context) {

    OpeningRecord.Owner owner() {
        return new OpeningRecord.Owner(context.storeId(), context.nodeId());
    }
}
