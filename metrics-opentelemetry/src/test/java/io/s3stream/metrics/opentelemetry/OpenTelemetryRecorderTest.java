package io.s3stream.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.testkit.metrics.MetricsRecorderContract;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenTelemetryRecorderTest extends MetricsRecorderContract {

    private static final MetricDescription LATENCY =
            MetricDescription.of("s3stream.test.latency", MetricUnit.NANOSECONDS, "Latency");

    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(reader).build())
            .build();
    private final OpenTelemetryRecorder recorder = new OpenTelemetryRecorder(sdk);

    @AfterEach
    void close() {
        sdk.close();
    }

    @Test
    void metricsHaveNameUnitAndDescription() {
        recorder.histogram(LATENCY).record(1);
        MetricData metric = reader.collectAllMetrics().iterator().next();
        assertThat(metric.getUnit()).isEqualTo("s");
        assertThat(metric.getDescription()).isEqualTo("Latency");
        assertThat(metric.getInstrumentationScopeInfo().getName()).isEqualTo("io.s3stream");
    }

    @Test
    void latenciesOfBlockDeviceAndObjectStoreFallIntoDifferentBuckets() {
        recorder.histogram(LATENCY).record(300_000);
        recorder.histogram(LATENCY).record(80_000_000);
        HistogramPointData point = reader.collectAllMetrics().iterator().next().getHistogramData().getPoints().stream()
                .findFirst()
                .orElseThrow();
        assertThat(point.getCounts().stream().filter(count -> count > 0)).containsExactly(1L, 1L);
    }

    @Test
    void hostLabelDistinguishesStores() {
        MetricDescription used = MetricDescription.of("s3stream.test.used", MetricUnit.BYTES, "Used");
        new OpenTelemetryRecorder(sdk, Map.of("store", "a")).gauge(used, () -> 1);
        new OpenTelemetryRecorder(sdk, Map.of("store", "b")).gauge(used, () -> 2);
        assertThat(gauge(used.with("store", "a"))).hasValue(1);
        assertThat(gauge(used.with("store", "b"))).hasValue(2);
    }

    @Override
    protected MetricsRecorder recorder() {
        return recorder;
    }

    @Override
    protected OptionalDouble counter(MetricDescription metric) {
        return points(metric)
                .map(LongPointData.class::cast)
                .mapToDouble(LongPointData::getValue)
                .findFirst();
    }

    @Override
    protected Summary histogram(MetricDescription metric) {
        Optional<HistogramPointData> point =
                points(metric).map(HistogramPointData.class::cast).findFirst();
        return point.map(found -> new Summary(found.getCount(), found.getSum())).orElse(new Summary(0, 0));
    }

    @Override
    protected OptionalDouble gauge(MetricDescription metric) {
        return points(metric)
                .mapToDouble(point ->
                        point instanceof LongPointData whole ? whole.getValue() : ((DoublePointData) point).getValue())
                .findFirst();
    }

    private Stream<? extends PointData> points(MetricDescription metric) {
        return reader.collectAllMetrics().stream()
                .filter(data -> data.getName().equals(metric.name()))
                .flatMap(data -> data.getData().getPoints().stream())
                .filter(point -> has(point, metric.labels()));
    }

    private static boolean has(PointData point, Map<String, String> labels) {
        return point.getAttributes().size() == labels.size()
                && labels.entrySet().stream()
                        .allMatch(label -> label.getValue()
                                .equals(point.getAttributes().get(AttributeKey.stringKey(label.getKey()))));
    }
}
