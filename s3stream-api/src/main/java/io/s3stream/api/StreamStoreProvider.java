package io.s3stream.api;

import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RecordLocation;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.spi.wal.WalInspection;
import java.util.concurrent.CompletableFuture;

/** The engine behind {@link StreamStore#builder()}, found by {@link java.util.ServiceLoader}. */
public interface StreamStoreProvider {

    /** Inspects the WAL that the builder names, without opening a store. */
    CompletableFuture<WalInspection> inspectWal(StreamStoreBuilder options);

    /** Checks the store that the builder names, without opening it. */
    CompletableFuture<VerifyReport> verify(StreamStoreBuilder store, VerifyOptions options);

    /** Rebuilds metadata from the objects of the store that the builder names. */
    CompletableFuture<RebuildReport> rebuild(StreamStoreBuilder store, RebuildOptions options);

    /** Finds the record with an offset, without opening the store. */
    CompletableFuture<RecordLocation> locate(StreamStoreBuilder store, String stream, long offset);

    /** Opens the store that the builder names, as a node. */
    CompletableFuture<StreamStore> open(StreamStoreBuilder options);

    /** Opens the store that the builder names, to read it. */
    CompletableFuture<StreamStore> openReadOnly(StreamStoreBuilder options);
}
