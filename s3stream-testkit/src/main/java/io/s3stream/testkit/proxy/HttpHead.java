package io.s3stream.testkit.proxy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The start line and the headers of a message. Not thread-safe. */
final class HttpHead {

    private static final int MAX_BYTES = 64 << 10;

    private record Header(String name, String value) {}

    private final String startLine;
    private final List<Header> headers = new ArrayList<>();

    HttpHead(String startLine) {
        this.startLine = startLine;
    }

    /** @return the head, or null if the connection ended before the first byte */
    static @Nullable HttpHead read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        HttpHead head = new HttpHead(first);
        for (String line = line(in); line == null || !line.isEmpty(); line = line(in)) {
            if (line == null) {
                throw new EOFException("within the headers");
            }
            int colon = line.indexOf(':');
            head.add(line.substring(0, colon), line.substring(colon + 1).trim());
        }
        return head;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                if (line.size() == 0) {
                    return null;
                }
                throw new EOFException("within a line");
            }
            if (line.size() > MAX_BYTES) {
                throw new IOException("a line of more than " + MAX_BYTES + " bytes");
            }
            line.write(c);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    String startLine() {
        return startLine;
    }

    /** Returns the status code of a response. */
    int status() {
        return Integer.parseInt(startLine.split(" ", 3)[1]);
    }

    @Nullable
    String first(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst()
                .orElse(null);
    }

    void add(String name, String value) {
        headers.add(new Header(name, value));
    }

    void set(String name, String value) {
        remove(name);
        add(name, value);
    }

    void remove(String name) {
        headers.removeIf(header -> header.name().equalsIgnoreCase(name));
    }

    /** Adds a header a second time, if it exists. */
    void repeat(String name) {
        String value = first(name);
        if (value != null) {
            add(name, value);
        }
    }

    /** Returns the content length, or -1 if the header is missing. */
    long contentLength() {
        String value = first("content-length");
        return value == null ? -1 : Long.parseLong(value);
    }

    boolean isChunked() {
        return "chunked".equalsIgnoreCase(first("transfer-encoding"));
    }

    boolean closes() {
        return "close".equalsIgnoreCase(first("connection"));
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(startLine).append("\r\n");
        headers.forEach(header ->
                text.append(header.name()).append(": ").append(header.value()).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
