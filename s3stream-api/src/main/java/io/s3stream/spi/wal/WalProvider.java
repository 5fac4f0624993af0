package io.s3stream.spi.wal;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A kind of WAL, found by {@link java.util.ServiceLoader} and chosen by URI scheme. Thread-safe, without state. */
public interface WalProvider {

    /** The schemes of the URIs it serves, for example {@code block}. */
    Set<String> schemes();

    /**
     * What the URI names, scheme included, without the options that only say how it is used: two URIs of equal identity
     * are the same medium and are attached once.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException naming the part of the URI that is wrong
     */
    String mediumId(URI uri);

    /**
     * Reaches the medium and, if it is exclusive, takes its lock.
     *
     * @param mode {@link AttachMode#EXISTING} never creates anything: a medium that is not there is unreachable, not
     *     empty
     * @return fails with {@link io.s3stream.api.errors.ConflictException} naming the holder of the lock, with
     *     {@link io.s3stream.api.errors.StorageException} when unreachable
     */
    CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context);

    /**
     * Looks at what is on a medium without taking, fencing or changing anything; the medium may be in use. What its
     * writer does meanwhile may be seen or not.
     */
    default CompletableFuture<WalInspection> inspect(URI uri, WalContext context) {
        return CompletableFuture.failedFuture(
                new InvalidRequestException("wal=" + uri + ": a WAL of this kind cannot be inspected"));
    }

    /**
     * Whether a URI that the metadata recorded, and that is none of {@code known}, may be attached all the same: it leads to no
     * other server, bucket, device or directory than the configuration does. A record may be forged, and credentials go to
     * where it leads.
     *
     * @param known the storage and the WALs of this process's configuration, of any scheme
     */
    default boolean mayFollow(URI recorded, List<URI> known) {
        return false;
    }

    /** Whether its URIs are paths of this machine: nothing is sent to where one leads. */
    default boolean isPathOfMachine() {
        return false;
    }

    /** Whether an attach may create the medium. */
    enum AttachMode {
        CREATE,
        EXISTING
    }
}
