package io.s3stream.core;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.StreamStoreProvider;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.core.wal.WalInspector;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalInspection;
import java.net.URI;
import java.util.Objects;
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
    public CompletableFuture<WalInspection> inspectWal(StreamStoreBuilder options) {
        URI wal = Objects.requireNonNull(options.walUri());
        EngineRuntime runtime = new ThreadedRuntime(options.nodeId(), options.callbackExecutor());
        ByteBufAllocator allocator = parts.allocator(options.config());
        StorageAccess storages = new StorageAccess(runtime, allocator);
        ObjectStorage given = options.objectStorage();
        URI storageUri = options.storageUri();
        CompletableFuture<ObjectStorage> storage;
        if (given != null) {
            storage = CompletableFuture.completedFuture(given);
        } else if (storageUri != null) {
            storage = storages.open(storageUri);
        } else {
            storage = CompletableFuture.completedFuture(new MemoryObjectStorage(allocator));
        }
        CompletableFuture<WalInspection> inspected =
                storage.thenCompose(open -> new WalInspector(parts.walProviders(), runtime, open, storages, allocator)
                        .inspect(wal, options.nodeId())
                        .whenComplete((found, error) -> {
                            if (given == null) {
                                open.close();
                            }
                        }));
        CompletableFuture<WalInspection> answer = new CompletableFuture<>();
        inspected.whenCompleteAsync(
                (found, error) -> {
                    if (error == null) {
                        answer.complete(found);
                    } else {
                        answer.completeExceptionally(Failures.asStreamException("WAL could not be inspected", error));
                    }
                    runtime.close();
                },
                runtime.callbacks());
        return answer;
    }

    @Override
    public CompletableFuture<StreamStore> open(StreamStoreBuilder options) {
        return new StoreOpener(options, parts).open();
    }
}
