package io.s3stream.api.metadata;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;

/**
 * How a node is taken over.
 *
 * @param walUris where this machine has WALs that the node used under other names or with other options, such as another
 *     device name, or {@code singleAttach=true} for a volume that is attached here only. Each URI stands for the
 *     recorded WAL of the same medium, or of its scheme if only one is given. The store trusts these URIs: name the
 *     node's WALs here if this process is not configured with them
 * @param ifEpoch the epoch that the node must have, at least 1; empty for any epoch. The condition is part of the commit
 *     that fences the node. So a process that has become the node since the caller learned that epoch is not attacked
 */
public record TakeOverOptions(List<URI> walUris, OptionalLong ifEpoch) {

    public TakeOverOptions {
        walUris = List.copyOf(walUris);
        if (ifEpoch.isPresent() && ifEpoch.getAsLong() < 1) {
            throw new InvalidRequestException("ifEpoch=" + ifEpoch.getAsLong()
                    + ": must be at least 1; give the epoch of nodeSuspected or of NodeInfo");
        }
    }

    /** The recorded WALs where they are recorded, and any epoch. */
    public static TakeOverOptions defaults() {
        return new TakeOverOptions(List.of(), OptionalLong.empty());
    }

    /** Returns these options with other URIs of WALs. */
    public TakeOverOptions walUris(List<URI> uris) {
        return new TakeOverOptions(uris, ifEpoch);
    }

    /** Returns these options with the epoch that the node must have. */
    public TakeOverOptions ifEpoch(long epoch) {
        return new TakeOverOptions(walUris, OptionalLong.of(epoch));
    }
}
