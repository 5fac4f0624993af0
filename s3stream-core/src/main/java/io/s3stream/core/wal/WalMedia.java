package io.s3stream.core.wal;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The media a node has attached, each once whatever its URI's options: generations of different times may share one.
 * Owns them until they are closed here. Used by one step at a time, on one serial context.
 */
public final class WalMedia implements AutoCloseable {

    private final List<WalProvider> providers;
    private final WalContext context;
    private final Map<String, WalMedium> attached = new LinkedHashMap<>();
    private boolean closed;

    public WalMedia(List<WalProvider> providers, WalContext context) {
        this.providers = List.copyOf(providers);
        this.context = context;
    }

    /** What the URI names, whatever its options say. */
    public String mediumId(URI uri) {
        return provider(uri).mediumId(uri);
    }

    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode) {
        WalProvider provider = provider(uri);
        String id = provider.mediumId(uri);
        WalMedium present = attached.get(id);
        if (present != null) {
            return CompletableFuture.completedFuture(present);
        }
        return provider.attach(uri, mode, context).thenApply(medium -> {
            if (closed) {
                medium.close();
                throw new StoreClosedException("wal=" + uri + ": the store is closed");
            }
            attached.put(id, medium);
            return medium;
        });
    }

    /** Whether another process would be refused one of these while it is attached here. */
    public boolean holdsLocks() {
        return attached.values().stream().anyMatch(WalMedium::isExclusive);
    }

    /** Gives up one medium, if it is attached. */
    public void close(String mediumId) {
        WalMedium medium = attached.remove(mediumId);
        if (medium != null) {
            medium.close();
        }
    }

    /** Gives up all but these. */
    public void closeAllBut(Set<String> mediumIds) {
        List.copyOf(attached.keySet()).stream()
                .filter(id -> !mediumIds.contains(id))
                .forEach(this::close);
    }

    /** Gives up all, also what is still being attached. */
    @Override
    public void close() {
        closed = true;
        closeAllBut(Set.of());
    }

    private WalProvider provider(URI uri) {
        return provider(providers, uri);
    }

    /** The provider for the URI's scheme. */
    static WalProvider provider(List<WalProvider> providers, URI uri) {
        return providers.stream()
                .filter(candidate -> candidate.schemes().contains(uri.getScheme()))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException("wal=" + uri + ": no WAL for scheme '" + uri.getScheme()
                        + "' on the class path; there are "
                        + providers.stream()
                                .flatMap(candidate -> candidate.schemes().stream())
                                .sorted()
                                .toList()));
    }
}
