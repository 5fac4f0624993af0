package io.s3stream.core.metadata.log;

import io.s3stream.core.events.OutageListener;
import io.s3stream.core.metadata.state.ChainRule;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads the whole state of a store once. Writes nothing and creates no head. */
public final class MetadataReader {

    private final MetadataLog log;
    private final Replica replica;
    private final CompletableFuture<Optional<MetadataState>> answer = new CompletableFuture<>();

    private MetadataReader(
            EngineRuntime runtime,
            SerialContext context,
            ObjectStorage storage,
            MetadataRegister register,
            MetadataSettings settings) {
        this.log = new MetadataLog(
                runtime,
                context,
                new MetadataLog.Backends(storage, register, OutageListener.NONE),
                settings,
                StoreMetrics.none().metadata(),
                this::fail);
        this.replica = new Replica(log, new StateMachine(), new ChainRule(), head -> {});
    }

    /**
     * Reads the newest state.
     *
     * @param context runs the work and completes the future
     * @return the state, which never changes; empty if there is no head; fails as opening a client does
     */
    public static CompletableFuture<Optional<MetadataState>> read(
            EngineRuntime runtime,
            SerialContext context,
            ObjectStorage storage,
            MetadataRegister register,
            MetadataSettings settings) {
        MetadataReader reader = new MetadataReader(runtime, context, storage, register, settings);
        context.execute(() -> reader.log.guarded(reader::begin));
        return reader.answer;
    }

    private void begin() {
        RetryScope attempts = log.attempts(this::fail);
        replica.openIfPresent(
                attempts, () -> end(attempts, Optional.of(replica.state())), () -> end(attempts, Optional.empty()));
    }

    private void end(RetryScope attempts, Optional<MetadataState> state) {
        attempts.finish();
        log.close();
        answer.complete(state);
    }

    private void fail(Throwable failure) {
        log.close();
        answer.completeExceptionally(failure);
    }
}
