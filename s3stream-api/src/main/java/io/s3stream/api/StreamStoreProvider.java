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

    /** Looks at the WAL that the builder names, without opening a store. */
    CompletableFuture<WalInspection> inspectWal(StreamStoreBuilder options);

    /** Checks the store that the builder names, without opening it. */
    CompletableFuture<VerifyReport> verify(StreamStoreBuilder store, VerifyOptions options);

    /** Rebuilds metadata from the objects of the store that the builder names. */
    CompletableFuture<RebuildReport> rebuild(StreamStoreBuilder store, RebuildOptions options);

    /** Says where the record with an offset is, without opening the store. */
    CompletableFuture<RecordLocation> locate(StreamStoreBuilder store, String stream, long offset);

    CompletableFuture<StreamStore> open(StreamStoreBuilder options);

    /** Opens the store that the builder names, to read it. */
    CompletableFuture<StreamStore> openReadOnly(StreamStoreBuilder options);
}
