package io.s3stream.wal.s3;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.wal.common.Futures;
import io.s3stream.wal.s3.request.Requests;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Opens WALs on object storage: {@code store:/} for the store's own storage, {@code s3://bucket/prefix?…} for another
 * bucket. The URI of another bucket takes the options of an object storage and those of this WAL. Keys begin with
 * {@code wal/}. Options:
 *
 * <ul>
 *   <li>{@code linger}: the maximum time from a frame's first append to its PUT. Default {@code 2ms..100ms}. The longer
 *       duration of a range is the maximum. A frame that is paid for is sent earlier, when no append has arrived for the
 *       shorter duration or a tenth of a PUT's latency. Time and, with a range, bytes pay for PUTs. With a single
 *       duration only time pays. For a store with latencies of single milliseconds, such as a directory bucket (S3
 *       Express One Zone), write {@code linger=2ms}. It is not the default because of its cost.
 *   <li>{@code bytesPerPut}: with a range only, the bytes that pay for a PUT; default 1 MiB
 *   <li>{@code maxPutsPerSecond}: the PUTs that time pays for; default one PUT per {@code linger}, the longer one of a
 *       range. With a lower ceiling, a frame waits longer than {@code linger}. Full frames never wait.
 *   <li>{@code targetFrame}: the size up to which frames are filled at high rates; default 12 MiB, and at most a
 *       twentieth of the write cache
 *   <li>{@code maxInFlight}: the maximum number of frames in flight, default 16
 *   <li>{@code maxInFlightBytes}: the maximum bytes in flight; default 64 MiB or four full frames if these are larger,
 *       at most 1 GiB. Copies of frames in flight use the same amount of memory.
 *   <li>{@code capacity}: the maximum bytes of frames that are not yet uploaded, at least 1 MiB; default 4 GiB. Frames
 *       are at most a quarter of it.
 *   <li>{@code timeout}: the time for which a request is retried while its outcome is unknown. An append that takes
 *       longer fails. Default 30 s.
 * </ul>
 *
 * <p>The first attach marks the prefix of another bucket with the id of the store; the prefix then refuses any other
 * store. The opening object of each generation proves that a medium is the right one.
 *
 * <p>The storage must implement put-if-absent exactly. Its listings must be in key order, which the storage may
 * establish itself, and must show all objects that were written before.
 */
public final class S3WalProvider implements WalProvider {

    private final S3WalRules rules;

    /** For {@link java.util.ServiceLoader}. */
    public S3WalProvider() {
        this(new S3WalRules());
    }

    /** @param rules replaceable in tests that show which data is lost without a rule */
    public S3WalProvider(S3WalRules rules) {
        this.rules = rules;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(S3WalOptions.STORE, S3WalOptions.S3);
    }

    @Override
    public String mediumId(URI uri) {
        return S3WalOptions.mediumId(uri);
    }

    /** Allows the store's own storage, and any prefix of a bucket of the configuration, but never plain HTTP. */
    @Override
    public boolean mayFollow(URI recorded, List<URI> known) {
        return S3WalOptions.mayFollow(recorded, known);
    }

    @Override
    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
        S3WalOptions options;
        try {
            options = S3WalOptions.parse(uri);
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
        S3WalOptions options;
        try {
            options = S3WalOptions.parse(uri);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return open(uri, options, AttachMode.EXISTING, context)
                .thenCompose(
                        requests -> new Inspection(requests).run().whenComplete((found, error) -> requests.close()));
    }

    private static CompletableFuture<Requests> open(
            URI uri, S3WalOptions options, AttachMode mode, WalContext context) {
        String name = "S3 WAL " + S3WalOptions.mediumId(uri);
        if (options.storageUri() == null) {
            return CompletableFuture.completedFuture(
                    new Requests(name, context.runtime(), context.storage(), false, options.timeout()));
        }
        return context.storages().open(options.storageUri()).handle((storage, error) -> {
            if (error == null) {
                return new Requests(name, context.runtime(), storage, true, options.timeout());
            }
            Throwable cause = Futures.unwrap(error);
            if (mode == AttachMode.CREATE && cause instanceof InvalidRequestException wrongUri) {
                throw wrongUri;
            }
            throw new StorageException(name + " is unreachable: " + cause.getMessage(), cause);
        });
    }
}
