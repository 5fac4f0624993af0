package io.s3stream.core;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.StreamStoreProvider;
import java.util.concurrent.CompletableFuture;

/** How {@link StreamStore#builder()} finds this engine. */
public final class CoreStoreProvider implements StreamStoreProvider {

    private final EngineParts parts;

    /** The engine as it is. */
    public CoreStoreProvider() {
        this(new EngineParts());
    }

    /** The engine with some parts replaced. */
    public CoreStoreProvider(EngineParts parts) {
        this.parts = parts;
    }

    @Override
    public CompletableFuture<StreamStore> open(StreamStoreBuilder options) {
        return new StoreOpener(options, parts).open();
    }
}
