package io.s3stream.core.wal;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import java.util.List;

/**
 * Decides which recorded WALs of a node this process accesses, and by which URI. A record is data, not configuration.
 * An attacker may have written it, so that this process sends its credentials, or opens a file, elsewhere. So a given
 * or configured WAL is accessed by its given or configured URI, and the rest of the record is ignored. Any other WAL is
 * followed only if its provider finds that it leads to a place of the configuration.
 *
 * <p>Stateless; does no I/O.
 *
 * @param given explicitly allowed: each stands for the recorded WAL of the same medium, or of its scheme if only one is
 *     given
 * @param known URIs of this process's configuration: its storage and its WALs
 */
public record RecordedWals(List<WalProvider> providers, Node node, List<URI> given, List<URI> known) {

    /**
     * The node of the records.
     *
     * @param isOwn whether this process opens the node, so that it may find data that it wrote with another
     *     configuration to paths of this machine
     */
    public record Node(int id, boolean isOwn) {}

    public RecordedWals {
        given = List.copyOf(given);
        known = List.copyOf(known);
    }

    /**
     * Returns the URI of a recorded WAL.
     *
     * @throws InvalidRequestException if it is not followed, with the remedy
     */
    public URI follow(URI recorded) {
        WalProvider provider = WalMedia.provider(providers, recorded);
        String mediumId = provider.mediumId(recorded);
        List<URI> sameScheme = ofScheme(recorded, given);
        for (URI uri : sameScheme) {
            if (provider.mediumId(uri).equals(mediumId)) {
                return uri;
            }
        }
        if (sameScheme.size() == 1) {
            return sameScheme.get(0);
        }
        for (URI uri : ofScheme(recorded, known)) {
            if (provider.mediumId(uri).equals(mediumId)) {
                return uri;
            }
        }
        if (provider.mayFollow(recorded, known) || (node.isOwn() && provider.isPathOfMachine())) {
            return recorded;
        }
        throw new InvalidRequestException("wal=" + SafeUri.of(recorded) + ": the metadata record this WAL for node="
                + node.id()
                + ", but it is not part of this process's configuration "
                + known.stream().map(SafeUri::of).toList() + " and is not followed. If it is"
                + " right, " + remedy(recorded));
    }

    private String remedy(URI recorded) {
        return node.isOwn()
                ? "open the store with it as wal or walFallback"
                : "allow it: takeOver(" + node.id() + ", TakeOverOptions.defaults().walUris(List.of(URI.create(\""
                        + SafeUri.of(recorded)
                        + "\")))), or --wal-at '"
                        + SafeUri.of(recorded) + "'";
    }

    private static List<URI> ofScheme(URI recorded, List<URI> uris) {
        return uris.stream()
                .filter(uri -> recorded.getScheme().equals(uri.getScheme()))
                .toList();
    }
}
