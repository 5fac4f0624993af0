package io.s3stream.spi.wal;

import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** A kind of WAL, found by {@link java.util.ServiceLoader} and chosen by URI scheme. Thread-safe, without state. */
public interface WalProvider {

    /** The scheme of the URIs it serves, for example {@code block}. */
    String scheme();

    /**
     * What the URI names, without its options: two URIs of equal identity are the same medium and are attached once.
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

    /** Whether an attach may create the medium. */
    enum AttachMode {
        CREATE,
        EXISTING
    }
}
