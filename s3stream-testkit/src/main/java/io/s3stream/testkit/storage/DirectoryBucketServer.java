package io.s3stream.testkit.storage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes an S3 server behave like a directory bucket of S3 Express One Zone, according to its documentation. Listings
 * have no order, cannot begin after a key, and need prefixes that end with a slash. Requests need a session, except
 * copies. The parts of an upload have no gaps. Pages are small, and some are empty. The server behind gets all other
 * requests, and must not check signatures.
 *
 * <p>This is a model, not Amazon's server: it does not imitate endpoints of zones, the lifetime of sessions, or ETags.
 */
public final class DirectoryBucketServer implements AutoCloseable {

    private static final String SUFFIX = "--x-s3";
    private static final int KEYS_PER_PAGE = 10;
    private static final int THREADS = 16;
    private static final String TOKEN = "session-of-the-test";
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "date", "expect", "host", "transfer-encoding", "upgrade");
    private static final Pattern OBJECT =
            Pattern.compile("<Contents>.*?<Key>(.*?)</Key>.*?</Contents>", Pattern.DOTALL);
    private static final Pattern PART = Pattern.compile("<PartNumber>(\\d+)</PartNumber>");

    static {
        // The JDK's server sends header and body separately. Without this, the body waits for the ACK of the header.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final URI behind;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger listings = new AtomicInteger();

    /** @param behind the endpoint of the server that keeps the objects, with the same buckets */
    public DirectoryBucketServer(URI behind) throws IOException {
        this.behind = behind;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns the number of sessions created. */
    public int sessions() {
        return sessions.get();
    }

    /** Returns the number of pages listed. */
    public int listings() {
        return listings.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Map<String, String> query = query(exchange);
            String method = exchange.getRequestMethod();
            if (query.containsKey("session")) {
                sessions.incrementAndGet();
                answer(
                        exchange,
                        200,
                        "<CreateSessionResult><Credentials><AccessKeyId>ak</AccessKeyId><SecretAccessKey>"
                                + "sk</SecretAccessKey><SessionToken>" + TOKEN + "</SessionToken><Expiration>"
                                + "2999-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>");
            } else if (lacksSession(exchange)) {
                refuse(exchange, 403, "AccessDenied", "no session");
            } else if (query.containsKey("list-type")) {
                list(exchange, query);
            } else if (method.equals("POST") && query.containsKey("uploadId") && hasGap(body)) {
                refuse(exchange, 400, "InvalidPartOrder", "parts are not consecutive");
            } else {
                passOn(exchange, body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean lacksSession(HttpExchange exchange) {
        String bucket = exchange.getRequestURI().getPath().split("/", 3)[1];
        return bucket.endsWith(SUFFIX)
                && !exchange.getRequestHeaders().containsKey("x-amz-copy-source")
                && !TOKEN.equals(exchange.getRequestHeaders().getFirst("x-amz-s3session-token"));
    }

    private static boolean hasGap(byte[] completion) {
        int expected = 1;
        for (MatchResult part : PART.matcher(new String(completion, StandardCharsets.UTF_8))
                .results()
                .toList()) {
            if (Integer.parseInt(part.group(1)) != expected++) {
                return true;
            }
        }
        return false;
    }

    private void list(HttpExchange exchange, Map<String, String> query) throws IOException, InterruptedException {
        String prefix = query.getOrDefault("prefix", "");
        if (query.containsKey("start-after")) {
            refuse(exchange, 400, "InvalidRequest", "start-after is not supported");
            return;
        }
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            refuse(exchange, 400, "InvalidRequest", "prefix does not end with a slash");
            return;
        }
        listings.incrementAndGet();
        List<String> objects = inHashOrder(exchange.getRequestURI().getPath(), prefix);
        // Every other page is empty, and announces further pages.
        int page = Integer.parseInt(query.getOrDefault("continuation-token", "0"));
        int from = Math.min(objects.size(), page / 2 * KEYS_PER_PAGE);
        int to = page % 2 == 0 ? from : Math.min(objects.size(), from + KEYS_PER_PAGE);
        boolean more = to < objects.size();
        answer(
                exchange,
                200,
                "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>" + more
                        + "</IsTruncated>"
                        + (more ? "<NextContinuationToken>" + (page + 1) + "</NextContinuationToken>" : "")
                        + String.join("", objects.subList(from, to)) + "</ListBucketResult>");
    }

    /**
     * Returns all objects as XML, ordered by the hash of their keys: an arbitrary order, but the same for each page.
     */
    private List<String> inHashOrder(String path, String prefix) throws IOException, InterruptedException {
        Map<String, String> byKey = new TreeMap<>(Comparator.<String>comparingInt(key -> key.hashCode() * 0x9E3779B9)
                .thenComparing(key -> key));
        String last = "";
        List<MatchResult> page;
        do {
            URI uri = URI.create(behind + path + "?list-type=2&encoding-type=url&prefix=" + encode(prefix)
                    + (last.isEmpty() ? "" : "&start-after=" + encode(last)));
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            page = OBJECT.matcher(response.body()).results().toList();
            for (MatchResult object : page) {
                last = decode(object.group(1));
                byKey.put(last, object.group());
            }
        } while (!page.isEmpty());
        return new ArrayList<>(byKey.values());
    }

    private void passOn(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(behind + exchange.getRequestURI().toString()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        boolean head = exchange.getRequestMethod().equals("HEAD");
        response.headers().map().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name) || (head && name.equals("content-length"))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        respond(exchange, response.statusCode(), head ? new byte[0] : response.body());
    }

    private static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        answer(exchange, status, "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
    }

    private static void answer(HttpExchange exchange, int status, String xml) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        respond(exchange, status, xml.getBytes(StandardCharsets.UTF_8));
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        String raw = exchange.getRequestURI().getRawQuery();
        return raw == null
                ? Map.of()
                : Pattern.compile("&")
                        .splitAsStream(raw)
                        .map(pair -> pair.split("=", 2))
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair.length < 2 ? "" : decode(pair[1])));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
