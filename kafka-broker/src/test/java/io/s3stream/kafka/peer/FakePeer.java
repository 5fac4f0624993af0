package io.s3stream.kafka.peer;

import io.s3stream.kafka.catalogue.BrokerAddress;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/** Another broker, whose answers the test gives. Each connection has a thread that reads requests. */
final class FakePeer implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 30;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> ended = new LinkedBlockingQueue<>();

    FakePeer() throws IOException {
        daemon(this::accept);
    }

    /** A request, and the connection that it came from. */
    record Received(Socket connection, RequestHeader header, AbstractRequest request) {

        void answer(AbstractResponse response) throws IOException {
            short headerVersion = header.apiKey().responseHeaderVersion(header.apiVersion());
            answer(RequestUtils.serialize(
                    header.toResponseHeader().data(), headerVersion, response.data(), header.apiVersion()));
        }

        /** Sends a frame with any contents. */
        void answer(ByteBuffer frame) throws IOException {
            DataOutputStream out = new DataOutputStream(connection.getOutputStream());
            out.writeInt(frame.remaining());
            out.write(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
            out.flush();
        }
    }

    BrokerAddress address(int id) {
        return new BrokerAddress(id, "localhost", listener.getLocalPort());
    }

    /** The next request. */
    Received take() throws InterruptedException {
        Received next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request within " + PATIENCE_SECONDS + " s");
        }
        return next;
    }

    /** Waits until the client has closed a connection. */
    void awaitEnd(Socket connection) throws InterruptedException {
        Socket next = ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next != connection) {
            throw new AssertionError(connection + " was not closed, but " + next);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = listener.accept();
                daemon(() -> read(connection));
            }
        } catch (IOException e) {
            ended.clear(); // the peer is closed
        }
    }

    private void read(Socket connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                ByteBuffer bytes = ByteBuffer.wrap(frame);
                RequestHeader header = RequestHeader.parse(bytes);
                AbstractRequest request = AbstractRequest.parseRequest(
                                header.apiKey(), header.apiVersion(), new ByteBufferAccessor(bytes))
                        .request;
                received.add(new Received(connection, header, request));
            }
        } catch (IOException e) {
            ended.add(connection);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "fake-peer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
