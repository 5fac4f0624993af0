package io.s3stream.api;

import java.util.concurrent.CompletableFuture;

/** The engine behind {@link StreamStore#builder()}, found by {@link java.util.ServiceLoader}. */
public interface StreamStoreProvider {

    CompletableFuture<StreamStore> open(StreamStoreBuilder options);
}
