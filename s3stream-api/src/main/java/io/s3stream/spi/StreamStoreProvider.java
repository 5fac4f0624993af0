package io.s3stream.spi;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import java.util.concurrent.CompletableFuture;

/** The engine behind {@link StreamStore#builder()}, found by {@link java.util.ServiceLoader}. */
public interface StreamStoreProvider {

    CompletableFuture<StreamStore> open(StreamStoreBuilder options);
}
