package io.s3stream.core.metadata;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads the state of a store once, as a whole, and writes nothing, not even the head of a store that has none. */
public final class MetadataReader {

    private final MetadataLog log;
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
                storage,
                register,
                settings,
                StoreMetrics.none().metadata(),
                this::fail);
    }

    /**
     * Reads the newest state.
     *
     * @param context where it works and where the future completes
     * @return nobody changes the state any more; nothing if there is no head; fails as opening a client does
     */
    public static CompletableFuture<Optional<MetadataState>> read(
            EngineRuntime runtime,
            SerialContext context,
            ObjectStorage storage,
            MetadataRegister register,
            MetadataSettings settings) {
        MetadataReader reader = new MetadataReader(runtime, context, storage, register, settings);
        context.execute(() -> reader.log.guarded(() -> reader.readHead(reader.log.attempts(reader::fail), null)));
        return reader.answer;
    }

    /** @param missing an object that was not there although the head before named it */
    private void readHead(Attempts attempts, @Nullable String missing) {
        log.readHead(attempts, value -> {
            if (value.isEmpty()) {
                end(attempts, Optional.empty());
                return;
            }
            Head head = HeadCodec.decode(value.get().value(), MetadataLog.HEAD_KEY);
            if (missing != null && head.keys().contains(missing)) {
                throw new CorruptedDataException("object=" + missing + ": named by the head, and not there");
            }
            new LogLoader(log, new StateMachine()).load(head, null, attempts, new LogLoader.Listener() {
                @Override
                public void loaded(MetadataState state) {
                    end(attempts, Optional.of(state));
                }

                @Override
                public void missing(String key) {
                    readHead(attempts, key); // folded and deleted meanwhile, or lost: the head of now tells [R20]
                }
            });
        });
    }

    private void end(Attempts attempts, Optional<MetadataState> state) {
        attempts.finish();
        log.close();
        answer.complete(state);
    }

    private void fail(Throwable failure) {
        log.close();
        answer.completeExceptionally(failure);
    }
}
