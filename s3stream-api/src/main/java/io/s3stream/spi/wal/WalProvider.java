package io.s3stream.spi.wal;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.SafeUri;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A kind of WAL, found by {@link java.util.ServiceLoader} and chosen by URI scheme. Thread-safe and stateless. */
public interface WalProvider {

    /** The schemes of the URIs it serves, for example {@code block}. */
    Set<String> schemes();

    /**
     * The medium that the URI names, scheme included, without the options that only change its use. Two URIs of equal
     * identity are the same medium, and the engine attaches it once.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException naming the wrong part of the URI
     */
    String mediumId(URI uri);

    /**
     * Reaches the medium and, if it is exclusive, takes its lock. Deadline: that of a {@link WalMedium}. The engine
     * closes a medium that arrives later.
     *
     * @param mode {@link AttachMode#EXISTING} never creates a medium: a missing medium is unreachable, not empty
     * @return fails with {@link io.s3stream.api.errors.ConflictException} naming the holder of the lock, with {@link
     *     io.s3stream.api.errors.StorageException} when unreachable
     */
    CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context);

    /**
     * Reads the content of a medium, and neither locks, fences nor changes it; the medium may be in use. Concurrent
     * writes may be in the result or not. Deadline: none, because the caller is a tool that an operator can end.
     */
    default CompletableFuture<WalInspection> inspect(URI uri, WalContext context) {
        return CompletableFuture.failedFuture(
                new InvalidRequestException("wal=" + SafeUri.of(uri) + ": a WAL of this kind cannot be inspected"));
    }

    /**
     * Whether the engine may attach a recorded URI that is none of {@code known}: it leads to no other server, bucket,
     * device or directory than the configuration does. A record may be forged, and the engine sends credentials to its
     * address.
     *
     * @param known the storage and the WALs of this process's configuration, of any scheme
     */
    default boolean mayFollow(URI recorded, List<URI> known) {
        return false;
    }

    /** Whether its URIs are paths of this machine: then the engine sends no data over a network. */
    default boolean isPathOfMachine() {
        return false;
    }

    /** Whether an attach may create the medium. */
    enum AttachMode {
        CREATE,
        EXISTING
    }
}
