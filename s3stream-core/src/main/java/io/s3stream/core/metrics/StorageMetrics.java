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

/** Metrics of requests to the store's object storage. */
public final class StorageMetrics {

    /** Operations of an object storage. The label has their names in lower case. */
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
            MetricDescription requests = MetricDescription.of("s3stream.storage.requests", COUNT, "Requests answered")
                    .with("operation", label);
            return new Instrumented(
                    instruments.counter(requests.with("outcome", "ok")),
                    instruments.counter(requests.with("outcome", "failed")),
                    instruments.histogram(MetricDescription.of(
                                    "s3stream.storage.latency", NANOSECONDS, "Time from a call to its answer")
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
        instruments.gauge("s3stream.storage.inflight", COUNT, "Calls in flight", inFlight::get);
    }

    /**
     * Records the start of a call.
     *
     * @return the start time for {@link #ended}
     */
    public long begun() {
        inFlight.incrementAndGet();
        return clock.getAsLong();
    }

    /** Records the end of a call, and the number of requests it made. An absent object is not a failure. */
    public void ended(Operation operation, long begun, long requests, boolean isFailure) {
        inFlight.decrementAndGet();
        Instrumented of = of(operation);
        (isFailure ? of.failed() : of.succeeded()).add(requests);
        of.latency().record(clock.getAsLong() - begun);
    }

    /** Records bytes read or written. */
    public void moved(Operation operation, long bytes) {
        of(operation).bytes().add(bytes);
    }

    private Instrumented of(Operation operation) {
        Instrumented found = operations.get(operation);
        if (found == null) {
            throw new IllegalStateException("operation=" + operation + ": unknown operation");
        }
        return found;
    }
}
