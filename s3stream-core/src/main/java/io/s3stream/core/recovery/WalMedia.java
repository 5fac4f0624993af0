package io.s3stream.core.recovery;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The media attached by one opening, each once whatever its URI's options: generations of different times may share one.
 * Owns them until {@link #close}. Used by one step at a time.
 */
final class WalMedia implements AutoCloseable {

    private final List<WalProvider> providers;
    private final WalContext context;
    private final Map<String, WalMedium> attached = new LinkedHashMap<>();

    WalMedia(List<WalProvider> providers, WalContext context) {
        this.providers = providers;
        this.context = context;
    }

    CompletableFuture<WalMedium> attach(URI uri, AttachMode mode) {
        WalProvider provider = provider(uri);
        String id = provider.mediumId(uri);
        WalMedium present = attached.get(id);
        if (present != null) {
            return CompletableFuture.completedFuture(present);
        }
        return provider.attach(uri, mode, context).thenApply(medium -> {
            attached.put(id, medium);
            return medium;
        });
    }

    /** Closes all but {@code keep}. */
    @SuppressWarnings("ReferenceEquality") // this very medium, whatever its class takes for equal
    void closeAllBut(WalMedium keep) {
        attached.values().stream().filter(medium -> medium != keep).forEach(WalMedium::close);
        attached.clear();
    }

    @Override
    public void close() {
        attached.values().forEach(WalMedium::close);
        attached.clear();
    }

    private WalProvider provider(URI uri) {
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
