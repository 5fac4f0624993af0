package io.s3stream.kafka.rounds;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ObjectStorage;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a storage off while a file exists. An operation that begins in that time fails after a delay and has no effect, and
 * the answer to an operation that was in flight is lost. Without state of its own; thread-safe.
 */
final class StorageGate implements InvocationHandler {

    /** As long as a network without a route lets a client wait. */
    private static final int FAILURE_MILLIS = 500;

    private static final Executor LATER = CompletableFuture.delayedExecutor(FAILURE_MILLIS, TimeUnit.MILLISECONDS);

    private final ObjectStorage behind;
    private final Path gate;

    StorageGate(ObjectStorage behind, Path gate) {
        this.behind = behind;
        this.gate = gate;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getReturnType() != CompletableFuture.class) {
            return call(method, arguments);
        }
        if (isClosed()) {
            return failed(method);
        }
        CompletableFuture<?> answer = (CompletableFuture<?>) call(method, arguments);
        return answer.thenCompose(value -> isClosed() ? failed(method) : CompletableFuture.completedFuture(value));
    }

    private boolean isClosed() {
        return Files.exists(gate);
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(behind, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static CompletableFuture<Object> failed(Method method) {
        return CompletableFuture.supplyAsync(
                () -> {
                    throw new StorageException("storage." + method.getName() + ": the broker is cut off");
                },
                LATER);
    }
}
