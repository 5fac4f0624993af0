package io.s3stream.core.wal;

import io.s3stream.api.Outage;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.events.OutageListener;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the calls to WAL media during an opening or a take-over. A medium may never answer, such as a hard mount
 * whose server is down. After a while the log and the listener name the medium and the call, and report again when the
 * answer arrives. With a deadline the call fails; without one it waits without limit. Immutable, thread-safe.
 */
public final class MediumWatch {

    private static final Logger LOG = LoggerFactory.getLogger(MediumWatch.class);

    private static final int DEADLINE_IN_TIMEOUTS = 3;
    private static final Duration MIN_DEADLINE = Duration.ofSeconds(2);

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Duration walTimeout;
    private final boolean hasDeadline;
    private final OutageListener listener;

    private MediumWatch(
            EngineRuntime runtime,
            SerialContext context,
            Duration walTimeout,
            boolean hasDeadline,
            OutageListener listener) {
        this.runtime = runtime;
        this.context = context;
        this.walTimeout = walTimeout;
        this.hasDeadline = hasDeadline;
        this.listener = listener;
    }

    /** Waits for answers without limit, and reports after {@code walTimeout}. */
    public static MediumWatch withoutDeadline(
            EngineRuntime runtime, SerialContext context, Duration walTimeout, OutageListener listener) {
        return new MediumWatch(runtime, context, walTimeout, false, listener);
    }

    /** Fails a call with {@link StorageException}, and reports it, at the {@link #deadline}. */
    public static MediumWatch withDeadline(
            EngineRuntime runtime, SerialContext context, Duration walTimeout, OutageListener listener) {
        return new MediumWatch(runtime, context, walTimeout, true, listener);
    }

    /**
     * Returns the deadline of a call that need not succeed: three times the timeout of a write, at least two seconds.
     */
    public Duration deadline() {
        Duration deadline = walTimeout.multipliedBy(DEADLINE_IN_TIMEOUTS);
        return deadline.compareTo(MIN_DEADLINE) > 0 ? deadline : MIN_DEADLINE;
    }

    /** Returns providers with watched media. */
    public List<WalProvider> providers(List<WalProvider> providers) {
        return providers.stream()
                .<WalProvider>map(provider -> new WatchedWalProvider(provider, this))
                .toList();
    }

    /**
     * Makes a call and watches its answer.
     *
     * @param onLate receives an answer after the deadline
     */
    <T> CompletableFuture<T> watch(URI uri, String call, Supplier<CompletableFuture<T>> request, Consumer<T> onLate) {
        CompletableFuture<T> answer = Failures.answerOf(request);
        if (answer.isDone()) {
            return answer;
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Silence silence = new Silence("wal=" + SafeUri.of(uri) + " (" + call + ")");
        Duration patience = hasDeadline ? deadline() : walTimeout;
        Timer timer = runtime.schedule(patience, context, () -> {
            StorageException reason = silence.begin(patience);
            if (reason != null && hasDeadline) {
                result.completeExceptionally(reason);
            }
        });
        answer.whenComplete((value, error) -> {
            timer.cancel();
            silence.end();
            if (error != null) {
                result.completeExceptionally(error);
            } else if (!result.complete(value)) {
                onLate.accept(value);
            }
        });
        return result;
    }

    /** A call without an answer. Owns its state; thread-safe. */
    private final class Silence {

        private final String resource;
        private final long sentAt = runtime.nanoTime();
        private final Instant since = Instant.ofEpochMilli(runtime.currentTimeMillis());
        private @Nullable StorageException told;
        private boolean isOver;

        Silence(String resource) {
            this.resource = resource;
        }

        /** Returns the reason, or null if the answer has just arrived. */
        synchronized @Nullable StorageException begin(Duration patience) {
            if (isOver) {
                return null;
            }
            told = new StorageException(resource + ": has not answered for " + patience
                    + (hasDeadline
                            ? "; the call is abandoned, and may be tried again"
                            : "; the opening waits for it without limit"));
            LOG.warn("{}", told.getMessage());
            listener.began(outage(told));
            return told;
        }

        synchronized void end() {
            isOver = true;
            if (told != null) {
                LOG.info("{} has answered", resource);
                listener.ended(outage(told));
            }
        }

        private Outage outage(StorageException reason) {
            return new Outage(resource, since, Duration.ofNanos(runtime.nanoTime() - sentAt), reason);
        }
    }
}
