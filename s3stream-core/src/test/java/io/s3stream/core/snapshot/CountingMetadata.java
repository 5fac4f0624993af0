package io.s3stream.core.snapshot;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.TrackedState;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Passes calls on, counts refreshes and visits of streams, and fails when a test asks for it. */
final class CountingMetadata implements MetadataClient {

    private final MetadataClient metadata;
    private final Map<TrackedState, TrackedState> counted = new IdentityHashMap<>();
    int refreshes;
    int visitsOfAll;
    int lookUps;
    /** Whether a refresh fails, as it does while the register is out of reach. */
    boolean isUnreachable;

    /** How many of the next tasks between two batches fail. */
    int failures;

    CountingMetadata(MetadataClient metadata) {
        this.metadata = metadata;
    }

    @Override
    public MetadataView view() {
        return metadata.view();
    }

    @Override
    public CompletableFuture<CommandResult.Accepted> submit(Command command) {
        return metadata.submit(command);
    }

    @Override
    public CompletableFuture<List<CommandResult>> submitAll(List<Command> commands) {
        return metadata.submitAll(commands);
    }

    @Override
    public CompletableFuture<MetadataView> refresh() {
        refreshes++;
        return isUnreachable
                ? CompletableFuture.failedFuture(new IllegalStateException("out of reach"))
                : metadata.refresh();
    }

    @Override
    public <T> CompletableFuture<T> between(Function<? super TrackedState, ? extends T> task) {
        return metadata.between(state -> {
            T result = task.apply(counted.computeIfAbsent(state, this::counting));
            if (failures > 0) {
                failures--;
                throw new OutOfMemoryError("on purpose, after the task");
            }
            return result;
        });
    }

    private TrackedState counting(TrackedState state) {
        return (TrackedState) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TrackedState.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "forEachStream", "streams" -> visitsOfAll++;
                        case "stream" -> lookUps++;
                        default -> {}
                    }
                    try {
                        return method.invoke(state, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void onApplied(Runnable listener) {
        metadata.onApplied(listener);
    }

    @Override
    public CompletableFuture<Void> sweep() {
        return metadata.sweep();
    }

    @Override
    public CompletableFuture<Throwable> stopped() {
        return metadata.stopped();
    }

    @Override
    public void close() {
        metadata.close();
    }
}
