package io.s3stream.kafka.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {

    @Test
    void metricsAreInTheTextFormat() {
        PrometheusRecorder metrics = new PrometheusRecorder();
        metrics.counter(MetricDescription.of("s3stream.append.bytes", MetricUnit.BYTES, "Payload")
                        .with("node", "1"))
                .add(5);
        var histogram = metrics.histogram(MetricDescription.of("s3stream.wait", MetricUnit.NANOSECONDS, "Waits"));
        histogram.record(1000);
        histogram.record(2_000_000_000L);
        var gauge = metrics.gauge(MetricDescription.of("s3stream.open", MetricUnit.COUNT, "Open"), () -> 7);

        assertThat(metrics.text().lines())
                .containsExactly(
                        "# HELP s3stream_append_bytes_total Payload",
                        "# TYPE s3stream_append_bytes_total counter",
                        "s3stream_append_bytes_total{node=\"1\"} 5",
                        "# HELP s3stream_open Open",
                        "# TYPE s3stream_open gauge",
                        "s3stream_open 7",
                        "# HELP s3stream_wait_seconds Waits",
                        "# TYPE s3stream_wait_seconds histogram",
                        "s3stream_wait_seconds_bucket{le=\"1.023E-6\"} 1",
                        "s3stream_wait_seconds_bucket{le=\"2.147483647\"} 2",
                        "s3stream_wait_seconds_bucket{le=\"+Inf\"} 2",
                        "s3stream_wait_seconds_sum 2.000001",
                        "s3stream_wait_seconds_count 2");
        gauge.close();
        assertThat(metrics.text()).doesNotContain("s3stream_open");
    }

    @Test
    void readinessHasAStatusAndAReason() throws IOException, InterruptedException {
        AtomicReference<String> reason = new AtomicReference<>("the broker is starting");
        try (HttpEndpoint endpoint = new HttpEndpoint("localhost", 0, new PrometheusRecorder(), reason::get)) {
            assertThat(get(endpoint).statusCode()).isEqualTo(503);
            assertThat(get(endpoint).body()).isEqualTo("the broker is starting\n");
            reason.set("");
            assertThat(get(endpoint).statusCode()).isEqualTo(200);
        }
    }

    private static HttpResponse<String> get(HttpEndpoint endpoint) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + endpoint.port() + "/ready"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
