package io.s3stream.core.metadata;

import io.s3stream.core.metrics.MetadataMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Opens metadata clients. */
public final class MetadataClients {

    private MetadataClients() {}

    /** With a {@link StateMachine} of the usual rules. */
    public static CompletableFuture<MetadataClient> open(
            EngineRuntime runtime, ObjectStorage storage, MetadataRegister register, MetadataSettings settings) {
        return open(runtime, storage, register, settings, StateMachine::new);
    }

    /**
     * Reads the head, creating it in an empty register, and the state it names. Storage, register and runtime stay the
     * caller's and are closed after the client.
     *
     * @param stateMachine asked once
     * @return completes on the client's serial context; fails with {@link
     *     io.s3stream.api.errors.CorruptedDataException}, or with {@link io.s3stream.api.errors.StorageException} after
     *     retries
     */
    public static CompletableFuture<MetadataClient> open(
            EngineRuntime runtime,
            ObjectStorage storage,
            MetadataRegister register,
            MetadataSettings settings,
            Supplier<StateMachine> stateMachine) {
        return open(
                runtime,
                storage,
                register,
                settings,
                stateMachine,
                StoreMetrics.none().metadata());
    }

    /** The same, measured. */
    public static CompletableFuture<MetadataClient> open(
            EngineRuntime runtime,
            ObjectStorage storage,
            MetadataRegister register,
            MetadataSettings settings,
            Supplier<StateMachine> stateMachine,
            MetadataMetrics metrics) {
        return new MetadataClientImpl(runtime, storage, register, settings, stateMachine.get(), metrics).start();
    }
}
