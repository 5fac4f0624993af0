package io.s3stream.wal.s3;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.wal.s3.request.Requests;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * WALs on object storage: {@code store:/} is the store's own, {@code s3://bucket/prefix?…} another bucket, with the
 * options of an object storage beside those of this WAL. Keys begin with {@code wal/}. Options:
 *
 * <ul>
 *   <li>{@code linger}: the latency target: how long at most a frame is filled before its PUT begins; default 100 ms,
 *       which suits standard buckets. For a store that answers in single milliseconds, as a directory bucket (S3
 *       Express One Zone), write {@code linger=2ms}; the bill is the reason why that is not done unasked. While there are few appends they wait much shorter, a tenth of a PUT's latency.
 *   <li>{@code maxPutsPerSecond}: the cost ceiling, kept in the long run, if necessary by waiting longer than
 *       {@code linger}; default one PUT per {@code linger}. Full frames go at once all the same.
 *   <li>{@code targetFrame}: bytes up to which a frame is filled at high rates; default 4 MiB
 *   <li>{@code maxInFlight}: frames written at the same time, default 16
 *   <li>{@code maxInFlightBytes}: default maxInFlight × targetFrame, at most 1 GiB. As much memory is used for copies of
 *       frames that are being sent.
 *   <li>{@code capacity}: bytes of frames that are not yet uploaded, at least 1 MiB; default 4 GiB. Frames are at most a
 *       quarter of it.
 *   <li>{@code timeout}: how long a request is repeated while its outcome is unknown; an append that takes longer fails.
 *       Default 30 s.
 * </ul>
 *
 * <p>The prefix of another bucket is marked with the id of the store when it is attached for the first time, and refuses any
 * other store. Whether a medium is the right one is decided by the opening object of each generation.
 *
 * <p>The storage must do put-if-absent exactly, and its listings must be in key order, which the storage may have to
 * establish itself, and show what was written before.
 */
public final class S3WalProvider implements WalProvider {

    private final S3WalRules rules;

    /** For {@link java.util.ServiceLoader}. */
    public S3WalProvider() {
        this(new S3WalRules());
    }

    /** @param rules for a test that shows what is lost without one */
    public S3WalProvider(S3WalRules rules) {
        this.rules = rules;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(S3Options.STORE, S3Options.S3);
    }

    @Override
    public String mediumId(URI uri) {
        return S3Options.mediumId(uri);
    }

    /** The store's own storage, or another prefix of a bucket of the configuration; never by plain HTTP. */
    @Override
    public boolean mayFollow(URI recorded, List<URI> known) {
        return S3Options.mayFollow(recorded, known);
    }

    @Override
    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
        S3Options options;
        try {
            options = S3Options.parse(uri);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return open(uri, options, mode, context).thenCompose(requests -> {
            S3Medium medium = new S3Medium(uri, options, context, requests, rules);
            return medium.claim(rules.store(), mode == AttachMode.CREATE)
                    .whenComplete((claimed, error) -> {
                        if (error != null) {
                            medium.close();
                        }
                    })
                    .thenApply(claimed -> medium);
        });
    }

    @Override
    public CompletableFuture<WalInspection> inspect(URI uri, WalContext context) {
        S3Options options;
        try {
            options = S3Options.parse(uri);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return open(uri, options, AttachMode.EXISTING, context)
                .thenCompose(
                        requests -> new Inspection(requests).run().whenComplete((found, error) -> requests.close()));
    }

    private static CompletableFuture<Requests> open(URI uri, S3Options options, AttachMode mode, WalContext context) {
        String name = "S3 WAL " + S3Options.mediumId(uri);
        if (options.storageUri() == null) {
            return CompletableFuture.completedFuture(
                    new Requests(name, context.runtime(), context.storage(), false, options.timeout()));
        }
        return context.storages().open(options.storageUri()).handle((storage, error) -> {
            if (error == null) {
                return new Requests(name, context.runtime(), storage, true, options.timeout());
            }
            Throwable cause = Requests.unwrap(error);
            if (mode == AttachMode.CREATE && cause instanceof InvalidRequestException wrongUri) {
                throw wrongUri;
            }
            throw new StorageException(name + " is unreachable: " + cause.getMessage(), cause);
        });
    }
}
