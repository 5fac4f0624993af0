package io.s3stream.testkit.proxy;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Passes HTTP requests on to an S3 server and makes the faults of a plan. It passes requests on unchanged, including
 * the header {@code Host}, so that their signatures stay valid. It changes only responses, and streams bodies.
 *
 * <p>Each connection has its own thread and its own connection to the server. Thread-safe; owns the sockets.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int BACKLOG = 500;

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final ExecutorService threads;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final ListingPages pages = new ListingPages();
    private final FaultCounts counts = new FaultCounts();
    private volatile FaultPlan plan;

    /** @param behind the endpoint of the server, plain HTTP */
    public FaultProxy(URI behind, FaultPlan plan) throws IOException {
        this.server = new InetSocketAddress(behind.getHost(), behind.getPort());
        this.plan = plan;
        this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "fault-proxy-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        threads.execute(this::accept);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Sets the plan for later requests. */
    public void use(FaultPlan next) {
        plan = next;
    }

    public FaultCounts counts() {
        return counts;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                clients.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                // the proxy is closed, or the client was gone before its connection was accepted
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Upstream upstream = new Upstream(server)) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream(), 64 << 10);
            OutputStream out = new BufferedOutputStream(client.getOutputStream(), 64 << 10);
            Exchange.Next next = Exchange.Next.KEEP;
            while (next == Exchange.Next.KEEP) {
                HttpHead head = HttpHead.read(in);
                if (head == null) {
                    return;
                }
                next = exchange(upstream, head, in, out);
            }
            if (next == Exchange.Next.RESET) {
                client.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            // one side ended the connection; closing the sockets ends the other side
        } finally {
            clients.remove(client);
        }
    }

    private Exchange.Next exchange(Upstream upstream, HttpHead head, InputStream in, OutputStream out)
            throws IOException {
        counts.request();
        ProxiedRequest request = ProxiedRequest.of(head);
        @Nullable Fault fault = plan.next(request);
        if (fault != null) {
            counts.applied(fault);
        }
        return new Exchange(upstream, pages, request, head, in, out).run(fault);
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        for (Socket client : clients) {
            client.close();
        }
    }
}
