package io.s3stream.api.metadata;

/** A watch of the metadata, begun with {@link io.s3stream.api.StreamStore#watch}. Thread-safe. */
public interface MetadataWatch extends AutoCloseable {

    /**
     * Ends the watch. No further call of the listener begins; a call that runs may still be in progress. Idempotent. The
     * close of the store, and a store that another process has fenced, end the watch as well.
     */
    @Override
    void close();
}
