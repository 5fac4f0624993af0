package io.s3stream.testkit.proxy;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** The connection to the server for one client connection. It reconnects after its end. For one thread. */
final class Upstream implements AutoCloseable {

    private static final int SILENCE_MILLIS = 60_000;

    private final InetSocketAddress server;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    Upstream(InetSocketAddress server) {
        this.server = server;
    }

    /** Sends a request. The caller must read the body of the response before the next request. */
    HttpAnswer exchange(HttpHead request, HttpBody body) throws IOException {
        Socket connected = connect();
        InputStream answers = in;
        if (answers == null) {
            throw new EOFException("not connected");
        }
        OutputStream out = new BufferedOutputStream(connected.getOutputStream(), 64 << 10);
        out.write(request.bytes());
        body.copyTo(out);
        out.flush();
        HttpHead head = HttpHead.read(answers);
        while (head != null && head.status() / 100 == 1) {
            head = HttpHead.read(answers);
        }
        if (head == null) {
            throw new EOFException("the server closed the connection");
        }
        boolean hasBody = !request.startLine().startsWith("HEAD ") && head.status() != 204 && head.status() != 304;
        boolean wasChunked = head.isChunked();
        HttpBody answered = hasBody ? HttpBody.after(head, answers) : HttpBody.of(new byte[0]);
        if (wasChunked) {
            head.remove("transfer-encoding");
            head.set("Content-Length", Long.toString(answered.length()));
        }
        return new HttpAnswer(head, answered);
    }

    private Socket connect() throws IOException {
        Socket present = socket;
        if (present != null) {
            return present;
        }
        Socket fresh = new Socket();
        fresh.setTcpNoDelay(true);
        fresh.setSoTimeout(SILENCE_MILLIS);
        fresh.connect(server, SILENCE_MILLIS);
        socket = fresh;
        in = new BufferedInputStream(fresh.getInputStream(), 64 << 10);
        return fresh;
    }

    @Override
    public void close() throws IOException {
        Socket present = socket;
        socket = null;
        in = null;
        if (present != null) {
            present.close();
        }
    }
}
