package io.s3stream.testkit.wal;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Forwards all calls to another provider. A test overrides some of them. */
public class ForwardingWalProvider implements WalProvider {

    private final WalProvider wal;

    public ForwardingWalProvider(WalProvider wal) {
        this.wal = wal;
    }

    @Override
    public Set<String> schemes() {
        return wal.schemes();
    }

    @Override
    public String mediumId(URI uri) {
        return wal.mediumId(uri);
    }

    @Override
    public boolean mayFollow(URI recorded, List<URI> known) {
        return wal.mayFollow(recorded, known);
    }

    @Override
    public boolean isPathOfMachine() {
        return wal.isPathOfMachine();
    }

    @Override
    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
        return wal.attach(uri, mode, context);
    }

    @Override
    public CompletableFuture<WalInspection> inspect(URI uri, WalContext context) {
        return wal.inspect(uri, context);
    }
}
