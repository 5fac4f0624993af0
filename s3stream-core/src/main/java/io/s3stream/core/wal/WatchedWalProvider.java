package io.s3stream.core.wal;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A provider whose media are {@linkplain MediumWatch watched}. Stateless. */
final class WatchedWalProvider implements WalProvider {

    private final WalProvider provider;
    private final MediumWatch watch;

    WatchedWalProvider(WalProvider provider, MediumWatch watch) {
        this.provider = provider;
        this.watch = watch;
    }

    @Override
    public Set<String> schemes() {
        return provider.schemes();
    }

    @Override
    public String mediumId(URI uri) {
        return provider.mediumId(uri);
    }

    @Override
    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
        return watch.<WalMedium>watch(
                uri,
                "attach",
                () -> provider.attach(uri, mode, context).thenApply(medium -> new WatchedWalMedium(medium, uri, watch)),
                WalMedium::close);
    }

    @Override
    public CompletableFuture<WalInspection> inspect(URI uri, WalContext context) {
        return provider.inspect(uri, context);
    }

    @Override
    public boolean mayFollow(URI recorded, List<URI> known) {
        return provider.mayFollow(recorded, known);
    }

    @Override
    public boolean isPathOfMachine() {
        return provider.isPathOfMachine();
    }
}
