package io.s3stream.kafka.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code /metrics} with the metrics, and {@code /ready} with 200 or 503 and a reason. It owns the socket and one
 * thread.
 */
public final class HttpEndpoint implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread created = new Thread(task, "kafka-http");
        created.setDaemon(true);
        return created;
    });

    /**
     * Binds and answers from now on.
     *
     * @param port 0 for any free port, see {@link #port}
     * @param notReady the reason why the broker is not ready, or an empty text; called on the endpoint's thread
     * @throws IOException names the address if it cannot be bound
     */
    public HttpEndpoint(String host, int port, PrometheusRecorder metrics, Supplier<String> notReady)
            throws IOException {
        try {
            server = HttpServer.create(new InetSocketAddress(host, port), 0);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + host + ":" + port + ": " + e.getMessage()
                            + "; choose another address with --http",
                    e);
        }
        server.setExecutor(thread);
        server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.text()));
        server.createContext("/ready", exchange -> {
            String reason = notReady.get();
            answer(exchange, reason.isEmpty() ? 200 : 503, (reason.isEmpty() ? "ready" : reason) + "\n");
        });
        server.start();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** The port that is bound. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdown();
    }
}
