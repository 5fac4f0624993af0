package io.s3stream.core.read.blocks;

import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries reads when the process lacks direct memory for them [R46]. The block cache frees its memory, and the read is
 * retried for a while. Then it fails as a busy store, which a caller may retry. A waiting read keeps its permits, so
 * others wait behind it. Thread-safe.
 */
public final class MemoryPatience implements ObjectReads {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryPatience.class);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final int MAX_RETRIES = 50;

    private final ObjectReads reads;
    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Runnable giveBack;
    private final Set<Read> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean exhausted = new AtomicBoolean();
    private volatile boolean closed;

    /** @param giveBack frees memory that is not in use */
    public MemoryPatience(ObjectReads reads, EngineRuntime runtime, Runnable giveBack) {
        this.reads = reads;
        this.runtime = runtime;
        this.context = runtime.serialContext("read-memory");
        this.giveBack = giveBack;
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        Read read = new Read(key, range);
        read.attempt(MAX_RETRIES);
        return read.answer;
    }

    /** Fails the waiting reads and all later reads that would wait. */
    public void close() {
        closed = true;
        waiting.forEach(Read::failClosed);
    }

    /** Returns whether an allocation failed, at any depth of the cause chain. */
    static boolean isExhaustion(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
        }
        return false;
    }

    private final class Read {

        private final String key;
        private final ByteRange range;
        private final CompletableFuture<Optional<ObjectContent>> answer = new CompletableFuture<>();

        Read(String key, ByteRange range) {
            this.key = key;
            this.range = range;
        }

        void attempt(int retries) {
            Failures.answerOf(() -> reads.get(key, range)).whenComplete((content, error) -> {
                if (error == null) {
                    exhausted.set(false);
                    if (!answer.complete(content)) {
                        content.ifPresent(ObjectContent::close);
                    }
                } else if (!isExhaustion(error)) {
                    answer.completeExceptionally(Failures.unwrap(error));
                } else if (retries == 0) {
                    answer.completeExceptionally(new StoreBusyException(
                            "object=" + key + " " + range
                                    + ": no direct memory to read it; close each FetchResult after"
                                    + " use, or allow more with -XX:MaxDirectMemorySize",
                            Failures.unwrap(error)));
                } else {
                    await(retries);
                }
            });
        }

        private void await(int retries) {
            if (!exhausted.getAndSet(true)) {
                LOG.warn("no direct memory left: reads wait; allow more with -XX:MaxDirectMemorySize");
            }
            giveBack.run();
            waiting.add(this);
            if (closed) {
                failClosed(); // close() ran before this read was added
                return;
            }
            runtime.schedule(RETRY, context, () -> {
                if (waiting.remove(this)) {
                    attempt(retries - 1);
                }
            });
        }

        private void failClosed() {
            if (waiting.remove(this)) {
                answer.completeExceptionally(new StoreClosedException(
                        "object=" + key + ": the store was closed while a read waited for memory"));
            }
        }
    }
}
