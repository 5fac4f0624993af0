package io.s3stream.storage.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.options.S3Options;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An HTTP server that records each request, and answers it as S3 does, or as a test says. Thread-safe. */
final class FakeS3 implements AutoCloseable {

    static final String BUCKET = "bucket";

    /** A request; names of headers are in lower case. */
    record Request(String method, String path, String query, Map<String, String> headers) {

        @Nullable
        String header(String name) {
            return headers.get(name);
        }

        @Override
        public String toString() {
            return method + " " + path + (query.isEmpty() ? "" : "?" + query);
        }
    }

    record Answer(int status, Map<String, String> headers, String body) {

        static Answer error(int status, String code, Map<String, String> headers) {
            return new Answer(
                    status,
                    headers,
                    "<Error><Code>" + code
                            + "</Code><Message>a message</Message><RequestId>REQUEST-1</RequestId></Error>");
        }
    }

    /** Returns null for the usual answer. */
    interface Script {
        @Nullable
        Answer answer(Request request);
    }

    private static final Map<String, String> ETAG = Map.of("ETag", "\"e1\"");

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Script script = request -> null;

    FakeS3() throws IOException {
        this(HttpServer.create(address(), 0), "http");
    }

    /** With HTTPS. */
    FakeS3(SSLContext tls) throws IOException {
        this(https(tls), "https");
    }

    private FakeS3(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static HttpServer https(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(address(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI endpoint() {
        return URI.create(scheme + "://127.0.0.1:" + port());
    }

    URI uri(String more) {
        return URI.create("s3://" + BUCKET + "/p?pathStyle=true&endpoint=" + endpoint() + more);
    }

    void script(Script next) {
        script = next;
    }

    List<Request> requests() {
        return requests;
    }

    /** Returns the only request with this method and with a text in its path or query. */
    Request only(String method, String part) {
        List<Request> found = requests.stream()
                .filter(request ->
                        request.method().equals(method) && request.toString().contains(part))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(method + " with " + part + ": " + found + " of " + requests);
        }
        return found.get(0);
    }

    /** Opens without a request. */
    static AwsObjectStorage open(URI uri, S3Options options) {
        return AwsObjectStorage.openReadOnly(
                S3Location.parse(uri, bucket -> options), UnpooledByteBufAllocator.DEFAULT, withoutPauses());
    }

    /** A runtime whose timers fire at once, so that retries of refusals do not pause. */
    static EngineRuntime withoutPauses() {
        EngineRuntime runtime = new ThreadedTestRuntime(System.nanoTime());
        return (EngineRuntime) Proxy.newProxyInstance(
                FakeS3.class.getClassLoader(), new Class<?>[] {EngineRuntime.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("schedule")) {
                        arguments[0] = Duration.ZERO;
                    }
                    return method.invoke(runtime, arguments);
                });
    }

    AwsObjectStorage open(String more) {
        return open(uri(more), S3Options.builder().credentials(S3Mock.ANYBODY).build());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            Map<String, String> headers = exchange.getRequestHeaders().entrySet().stream()
                    .collect(Collectors.toMap(
                            header -> header.getKey().toLowerCase(Locale.ROOT),
                            header -> String.join(",", header.getValue())));
            URI uri = exchange.getRequestURI();
            Request request = new Request(
                    exchange.getRequestMethod(),
                    uri.getPath(),
                    uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                    headers);
            requests.add(request);
            Answer scripted = script.answer(request);
            send(exchange, scripted == null ? usual(request) : scripted);
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().set("x-amz-request-id", "REQUEST-1");
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Answer usual(Request request) {
        String query = request.query();
        return switch (request.method()) {
            case "POST" -> new Answer(200, Map.of(), post(query));
            case "DELETE" -> new Answer(204, Map.of(), "");
            case "PUT" ->
                request.header("x-amz-copy-source") == null
                        ? new Answer(200, ETAG, "")
                        : new Answer(200, Map.of(), "<CopyPartResult><ETag>\"e1\"</ETag></CopyPartResult>");
            case "GET" -> get(query);
            default -> new Answer(200, ETAG, "content");
        };
    }

    private static String post(String query) {
        if (query.equals("uploads")) {
            return "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";
        }
        return query.equals("delete")
                ? "<DeleteResult/>"
                : "<CompleteMultipartUploadResult><ETag>\"e1\"</ETag></CompleteMultipartUploadResult>";
    }

    private static Answer get(String query) {
        if (query.contains("list-type")) {
            return new Answer(200, Map.of(), "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
        }
        return query.contains("uploads")
                ? new Answer(200, Map.of(), "<ListMultipartUploadsResult/>")
                : new Answer(200, ETAG, "content");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
