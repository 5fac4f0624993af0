package io.s3stream.testkit.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.metrics.Registration;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The contract of an adapter to a metrics library, checked through that library. Durations must be in seconds. */
public abstract class MetricsRecorderContract {

    /** The number of values in a histogram, and their sum. */
    public record Summary(long count, double sum) {}

    private static final MetricDescription GETS = MetricDescription.of(
                    "s3stream.test.requests", MetricUnit.COUNT, "Requests")
            .with("operation", "get");
    private static final MetricDescription AGE = MetricDescription.of(
                    "s3stream.test.age", MetricUnit.NANOSECONDS, "Age")
            .with("node", "0");

    /** Returns the recorder under test, always the same within a test. */
    protected abstract MetricsRecorder recorder();

    /** Returns the library's value of a counter; empty if it has none. */
    protected abstract OptionalDouble counter(MetricDescription metric);

    /** Returns the library's summary of a histogram. */
    protected abstract Summary histogram(MetricDescription metric);

    /** Returns the value that the library reads from a gauge; empty if it has none. */
    protected abstract OptionalDouble gauge(MetricDescription metric);

    @Test
    void aCounterAddsUp() {
        Counter counter = recorder().counter(GETS);
        counter.add(2);
        counter.add(40);
        assertThat(counter(GETS)).hasValue(42);
    }

    @Test
    void labelsKeepCountersApartAndTheSameLabelsShareOne() {
        MetricDescription puts = GETS.with("operation", "put");
        recorder().counter(GETS).add(1);
        recorder().counter(puts).add(10);
        recorder().counter(GETS).add(2);
        assertThat(counter(GETS)).hasValue(3);
        assertThat(counter(puts)).hasValue(10);
    }

    @Test
    void durationsAreSeconds() {
        MetricDescription latency = MetricDescription.of("s3stream.test.latency", MetricUnit.NANOSECONDS, "Latency");
        Histogram histogram = recorder().histogram(latency);
        histogram.record(1_500_000_000L);
        histogram.record(500_000_000L);
        assertThat(histogram(latency)).isEqualTo(new Summary(2, 2.0));
    }

    @Test
    void sizesAndCountsAreWhatTheyAre() {
        MetricDescription size = MetricDescription.of("s3stream.test.size", MetricUnit.BYTES, "Size");
        MetricDescription batches = MetricDescription.of("s3stream.test.batches", MetricUnit.COUNT, "Batches");
        recorder().histogram(size).record(1L << 20);
        recorder().histogram(batches).record(3);
        recorder().histogram(batches).record(0);
        assertThat(histogram(size)).isEqualTo(new Summary(1, 1 << 20));
        assertThat(histogram(batches)).isEqualTo(new Summary(2, 3));
    }

    @Test
    void aGaugeShowsItsValueNow() {
        AtomicLong value = new AtomicLong(1);
        MetricDescription used = MetricDescription.of("s3stream.test.used", MetricUnit.BYTES, "Used");
        recorder().gauge(used, value::get);
        assertThat(gauge(used)).hasValue(1);
        value.set(2);
        assertThat(gauge(used)).hasValue(2);
        recorder().gauge(AGE, () -> 2_500_000_000L);
        assertThat(gauge(AGE)).hasValue(2.5);
    }

    @Test
    void aGaugeThatIsClosedIsGoneAndAnotherMayFollow() {
        AtomicLong asked = new AtomicLong();
        Registration first = recorder().gauge(AGE, asked::incrementAndGet);
        assertThat(gauge(AGE)).isPresent();
        first.close();
        first.close();
        long before = asked.get();
        assertThat(gauge(AGE)).isEmpty();
        assertThat(asked).hasValue(before);
        recorder().gauge(AGE, () -> 3_000_000_000L);
        assertThat(gauge(AGE)).hasValue(3);
    }
}
