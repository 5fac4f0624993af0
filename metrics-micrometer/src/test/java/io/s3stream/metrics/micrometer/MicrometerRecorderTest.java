package io.s3stream.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.testkit.metrics.MetricsRecorderContract;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerRecorderTest extends MetricsRecorderContract {

    private static final MetricDescription USED =
            MetricDescription.of("s3stream.test.used", MetricUnit.BYTES, "Used").with("node", "0");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerRecorder recorder = new MicrometerRecorder(registry);

    @Test
    void metersCarryUnitDescriptionAndTags() {
        recorder.counter(USED).add(1);
        Meter meter = registry.getMeters().get(0);
        assertThat(meter.getId().getBaseUnit()).isEqualTo("bytes");
        assertThat(meter.getId().getDescription()).isEqualTo("Used");
        assertThat(meter.getId().getTag("node")).isEqualTo("0");
    }

    @Test
    void twoStoresOfOneNodeIdNeedLabelToShareRegistry() {
        recorder.gauge(USED, () -> 1);
        assertThatThrownBy(() -> recorder.gauge(USED, () -> 2)).hasMessageContaining("label of its own");
        var other = new MicrometerRecorder(registry, Map.of("store", "other"));
        other.gauge(USED, () -> 2);
        assertThat(registry.get("s3stream.test.used")
                        .tag("store", "other")
                        .gauge()
                        .value())
                .isEqualTo(2);
    }

    @Override
    protected MetricsRecorder recorder() {
        return recorder;
    }

    @Override
    protected OptionalDouble counter(MetricDescription metric) {
        Counter found = search(metric).counter();
        return found == null ? OptionalDouble.empty() : OptionalDouble.of(found.count());
    }

    @Override
    protected Summary histogram(MetricDescription metric) {
        Timer timer = search(metric).timer();
        if (timer != null) {
            return new Summary(timer.count(), timer.totalTime(TimeUnit.SECONDS));
        }
        DistributionSummary summary = search(metric).summary();
        return summary == null ? new Summary(0, 0) : new Summary(summary.count(), summary.totalAmount());
    }

    @Override
    protected OptionalDouble gauge(MetricDescription metric) {
        Gauge found = search(metric).gauge();
        return found == null ? OptionalDouble.empty() : OptionalDouble.of(found.value());
    }

    private Search search(MetricDescription metric) {
        Search search = registry.find(metric.name());
        metric.labels().forEach(search::tag);
        return search;
    }
}
