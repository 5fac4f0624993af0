package io.s3stream.api.metadata;

/**
 * Receives the changes of a {@link MetadataWatch}.
 *
 * <p>The store calls it on the thread that calls the {@link io.s3stream.api.StoreListener}, or on the callback executor of
 * the host. It never makes two calls of one watch at once, and it makes them in the order of versions. A method may
 * block: the changes of that time follow in one later call. Without an executor of the host, the {@code StoreListener} and
 * the other watches wait for it. The store logs exceptions and ignores them.
 */
@FunctionalInterface
public interface MetadataListener {

    void changed(MetadataUpdate update);
}
