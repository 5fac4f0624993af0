package io.s3stream.api;

import io.s3stream.spi.wal.WalInspection;
import java.util.concurrent.CompletableFuture;

/** The engine behind {@link StreamStore#builder()}, found by {@link java.util.ServiceLoader}. */
public interface StreamStoreProvider {

    /** Looks at the WAL that the builder names, without opening a store. */
    CompletableFuture<WalInspection> inspectWal(StreamStoreBuilder options);

    CompletableFuture<StreamStore> open(StreamStoreBuilder options);
}
