package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.cluster.Peers;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connections of a simulated broker, as {@code PeerWatch} holds them. Confined to its own executor. */
final class SimulatedPeers implements Peers {

    private static final long PROBE_NANOS = 50_000_000;

    private final int self;
    private final BrokerNetwork network;
    private final SimulatedExecutor thread;
    private final Listener listener;
    private final Map<Integer, Connection> connections = new TreeMap<>();

    private static final class Connection {
        final Peer peer;

        @Nullable
        SimulatedBroker connected;

        Connection(Peer peer) {
            this.peer = peer;
        }
    }

    SimulatedPeers(int self, BrokerNetwork network, SimulatedExecutor thread, Listener listener) {
        this.self = self;
        this.network = network;
        this.thread = thread;
        this.listener = listener;
        probeAll();
    }

    @Override
    public void update(Collection<Peer> others) {
        List<Peer> now = List.copyOf(others);
        thread.execute(() -> {
            connections.values().removeIf(connection -> !now.contains(connection.peer));
            now.forEach(other -> connections.computeIfAbsent(other.address().id(), id -> new Connection(other)));
        });
    }

    private void probeAll() {
        connections.values().forEach(this::probe);
        if (!thread.isShutdown()) {
            thread.schedule(this::probeAll, PROBE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void probe(Connection connection) {
        int id = connection.peer.address().id();
        if (connection.connected != null && network.isClosed(self, connection.connected)) {
            connection.connected = null;
        }
        if (connection.connected != null) {
            return;
        }
        switch (network.connect(self, id)) {
            case ACCEPTED -> {
                connection.connected = network.at(id);
                listener.connected(connection.peer);
            }
            case REFUSED -> listener.refused(connection.peer);
            case SILENT -> {} // the attempt times out, and tells nothing
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
