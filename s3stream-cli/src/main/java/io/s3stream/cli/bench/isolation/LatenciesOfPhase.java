package io.s3stream.cli.bench.isolation;

import io.s3stream.cli.bench.Load;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Keeps the latencies of records that are due in a phase, and drops earlier ones. Thread-safe. */
final class LatenciesOfPhase implements Load.Latencies {

    private final Recorder recorder = new Recorder(3);
    private final AtomicLong received = new AtomicLong();
    private final long from;

    /** @param from begin of the phase, nanoseconds of {@link System#nanoTime} */
    LatenciesOfPhase(long from) {
        this.from = from;
    }

    @Override
    public void record(long due, long now) {
        if (due - from >= 0) {
            recorder.recordValue(Math.max(0, now - due));
        }
        received.incrementAndGet();
    }

    /** Returns the number of latencies received, of earlier records as well. */
    long received() {
        return received.get();
    }

    /** Returns the latencies. Must be called once, at the end of the phase. */
    Histogram histogram() {
        return recorder.getIntervalHistogram();
    }
}
