package io.s3stream.kafka;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/** A connection that sends one request at a time, of any version. */
final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private int correlationId;

    RawClient(int port) throws IOException {
        socket = new Socket("localhost", port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Sends a request and parses the answer. Fails if the broker closes the connection, or sends more than the answer. */
    AbstractResponse call(ApiKeys key, short version, ApiMessage request) throws IOException {
        RequestHeader header = new RequestHeader(key, version, "raw", correlationId++);
        ByteBuffer frame = RequestUtils.serialize(header.data(), header.headerVersion(), request, version);
        out.writeInt(frame.remaining());
        out.write(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
        out.flush();
        byte[] answer = new byte[in.readInt()];
        in.readFully(answer);
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        AbstractResponse response = AbstractResponse.parseResponse(bytes, header);
        if (bytes.hasRemaining()) {
            throw new IOException(bytes.remaining() + " bytes follow the answer");
        }
        return response;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
