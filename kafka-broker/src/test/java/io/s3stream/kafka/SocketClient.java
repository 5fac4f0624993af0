package io.s3stream.kafka;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.RequestHeader;

/** A connection that sends any version of any request. Not thread-safe. */
final class SocketClient implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private int correlation;

    SocketClient(int port) throws IOException {
        socket = new Socket("localhost", port);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Sends a request and waits for its response. */
    AbstractResponse send(ApiKeys key, int version, ApiMessage request) throws IOException {
        return receive(begin(key, version, request));
    }

    /** A response, and its bytes. */
    record Answer(AbstractResponse response, byte[] bytes) {}

    /** As {@link #send}, with the bytes of the response. */
    Answer answer(ApiKeys key, int version, ApiMessage request) throws IOException {
        RequestHeader header = begin(key, version, request);
        byte[] frame = in.readNBytes(in.readInt());
        return new Answer(AbstractResponse.parseResponse(ByteBuffer.wrap(frame), header), frame);
    }

    /** Authenticates with PLAIN. */
    void login(String user, String password) throws IOException {
        send(ApiKeys.SASL_HANDSHAKE, 1, new SaslHandshakeRequestData().setMechanism("PLAIN"));
        byte[] token = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        var answer = send(ApiKeys.SASL_AUTHENTICATE, 2, new SaslAuthenticateRequestData().setAuthBytes(token));
        if (answer.errorCounts().keySet().stream().anyMatch(error -> error != Errors.NONE)) {
            throw new IOException("not authenticated: " + answer);
        }
    }

    /** Sends a request; {@link #receive} reads its response, in the order of the requests. */
    RequestHeader begin(ApiKeys key, int version, ApiMessage request) throws IOException {
        RequestHeader header = new RequestHeader(key, (short) version, "raw", ++correlation);
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion())
                .buffer();
        ByteBuffer body =
                MessageUtil.toByteBufferAccessor(request, (short) version).buffer();
        byte[] frame = new byte[head.remaining() + body.remaining()];
        head.get(frame, 0, head.remaining());
        body.get(frame, frame.length - body.remaining(), body.remaining());
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
        return header;
    }

    /** Reads and parses a response. Fails if the broker closes the connection, or sends more than the response. */
    AbstractResponse receive(RequestHeader header) throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        AbstractResponse response = AbstractResponse.parseResponse(bytes, header);
        if (bytes.hasRemaining()) {
            throw new IOException(bytes.remaining() + " bytes follow the response");
        }
        return response;
    }

    /** Asks for the list in a version that does not exist; the answer has version 0. */
    ApiVersionsResponse sendUnknownApiVersions() throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(15);
        frame.putInt(11)
                .putShort(ApiKeys.API_VERSIONS.id)
                .putShort((short) 99)
                .putInt(++correlation)
                .putShort((short) -1);
        out.write(frame.array());
        out.flush();
        return (ApiVersionsResponse) receive(new RequestHeader(ApiKeys.API_VERSIONS, (short) 0, "raw", correlation));
    }

    /** Sends the length of a frame that does not follow. */
    void sendLength(int length) throws IOException {
        out.writeInt(length);
        out.flush();
    }

    /** Whether the broker has ended the connection. Waits for it. */
    boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (EOFException e) {
            return true;
        } catch (SocketException e) {
            return true; // reset
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
