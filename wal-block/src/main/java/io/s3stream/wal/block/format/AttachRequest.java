package io.s3stream.wal.block.format;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;

/** The parameters of an attach: the medium, and the node that attaches it. */
public record AttachRequest(URI uri, BlockOptions options, AttachMode mode, WalContext context) {

    public OpeningRecord.Owner owner() {
        return new OpeningRecord.Owner(context.storeId(), context.nodeId());
    }
}
