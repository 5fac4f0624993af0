package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Requests to the store's object storage. */
public final class StorageMetrics {

    /** What is asked of an object storage. The names are those of the label. */
    public enum Operation {
        GET,
        GET_IF_CHANGED,
        HEAD,
        LIST,
        PUT,
        DELETE,
        MULTIPART_CREATE,
        MULTIPART_PART,
        MULTIPART_COPY,
        MULTIPART_COMPLETE,
        MULTIPART_ABORT,
        MULTIPART_LIST
    }

    private record Instrumented(Counter succeeded, Counter failed, Histogram latency, Counter bytes) {

        static Instrumented of(Operation operation, Instruments instruments) {
            String label = operation.name().toLowerCase(Locale.ROOT);
            MetricDescription requests = MetricDescription.of(
                            "s3stream.storage.requests", COUNT, "Requests that were answered")
                    .with("operation", label);
            return new Instrumented(
                    instruments.counter(requests.with("outcome", "ok")),
                    instruments.counter(requests.with("outcome", "failed")),
                    instruments.histogram(MetricDescription.of(
                                    "s3stream.storage.latency", NANOSECONDS, "From a request to its answer")
                            .with("operation", label)),
                    instruments.counter(MetricDescription.of("s3stream.storage.bytes", BYTES, "Content read or written")
                            .with("operation", label)));
        }
    }

    private final LongSupplier clock;
    private final Map<Operation, Instrumented> operations = new EnumMap<>(Operation.class);
    private final AtomicLong inFlight = new AtomicLong();

    StorageMetrics(Instruments instruments, LongSupplier clock) {
        this.clock = clock;
        for (Operation operation : Operation.values()) {
            operations.put(operation, Instrumented.of(operation, instruments));
        }
        instruments.gauge("s3stream.storage.inflight", COUNT, "Calls that were not yet answered", inFlight::get);
    }

    /**
     * A call begins.
     *
     * @return for {@link #ended}
     */
    public long begun() {
        inFlight.incrementAndGet();
        return clock.getAsLong();
    }

    /** A call is over, which took so many requests. An answer that something is not there is no failure. */
    public void ended(Operation operation, long begun, long requests, boolean isFailure) {
        inFlight.decrementAndGet();
        Instrumented of = of(operation);
        (isFailure ? of.failed() : of.succeeded()).add(requests);
        of.latency().record(clock.getAsLong() - begun);
    }

    /** So much was read or written. */
    public void moved(Operation operation, long bytes) {
        of(operation).bytes().add(bytes);
    }

    private Instrumented of(Operation operation) {
        Instrumented found = operations.get(operation);
        if (found == null) {
            throw new IllegalStateException("operation=" + operation + ": there is none");
        }
        return found;
    }
}
