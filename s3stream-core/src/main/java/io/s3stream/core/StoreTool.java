package io.s3stream.core;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.register.RegisterUse;
import io.s3stream.core.register.Registers;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.metadata.RegisterSource;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a tool that inspects a store or a WAL without opening it. Creates the parts that the host did not
 * provide, and closes them when the tool ends.
 */
record StoreTool(EngineRuntime runtime, ObjectStorage storage, StorageAccess storages, ByteBufAllocator allocator) {

    /**
     * Runs a tool.
     *
     * @param readOnly whether the tool writes nothing: then it needs no permission to write, and writes are refused
     * @param failed message for failures that are not a {@code StreamException}
     * @return completes on the callback executor
     */
    static <T> CompletableFuture<T> run(
            StreamStoreBuilder options,
            ByteBufAllocator allocator,
            boolean readOnly,
            String failed,
            Function<StoreTool, CompletableFuture<T>> tool) {
        EngineRuntime givenRuntime = options.runtime();
        EngineRuntime runtime = givenRuntime != null ? givenRuntime : ThreadedRuntime.of(options);
        StorageAccess storages = new StorageAccess(runtime, allocator, readOnly, options.storageProvider());
        ObjectStorage given = options.objectStorage();
        CompletableFuture<T> answer = new CompletableFuture<>();
        openStorage(options, storages, allocator)
                .thenCompose(storage -> Failures.answerOf(
                                () -> tool.apply(new StoreTool(runtime, storage, storages, allocator)))
                        .whenComplete((result, error) -> {
                            if (given == null) {
                                storage.close();
                            }
                        }))
                .whenCompleteAsync(
                        (result, error) -> {
                            if (error == null) {
                                answer.complete(result);
                            } else {
                                answer.completeExceptionally(Failures.asStreamException(failed, error));
                            }
                            if (givenRuntime == null) {
                                runtime.close();
                            }
                        },
                        runtime.callbacks());
        return answer;
    }

    /** Runs {@code work} with the register of the store in {@code in}, and closes the register. */
    <T> CompletableFuture<T> withRegister(
            @Nullable RegisterSource source,
            ObjectStorage in,
            RegisterUse use,
            Function<MetadataRegister, CompletableFuture<T>> work) {
        MetadataRegister register = Registers.open(source, in, runtime, use);
        return Failures.answerOf(() -> work.apply(register)).whenComplete((result, error) -> register.close());
    }

    private static CompletableFuture<ObjectStorage> openStorage(
            StreamStoreBuilder options, StorageAccess storages, ByteBufAllocator allocator) {
        return options.objectStorage() == null && options.storageUri() == null
                ? CompletableFuture.completedFuture(new MemoryObjectStorage(allocator))
                : storages.ofStore(options);
    }
}
