package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.catalogue.BrokerAddress;
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
    private final Map<Integer, Peer> peers = new TreeMap<>();

    private static final class Peer {
        final BrokerAddress address;

        @Nullable
        SimulatedBroker connected;

        Peer(BrokerAddress address) {
            this.address = address;
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
    public void update(Collection<BrokerAddress> others) {
        List<BrokerAddress> now = List.copyOf(others);
        thread.execute(() -> {
            peers.values().removeIf(peer -> !now.contains(peer.address));
            now.forEach(other -> peers.computeIfAbsent(other.id(), id -> new Peer(other)));
        });
    }

    private void probeAll() {
        peers.values().forEach(this::probe);
        if (!thread.isShutdown()) {
            thread.schedule(this::probeAll, PROBE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void probe(Peer peer) {
        int id = peer.address.id();
        if (peer.connected != null && network.isClosed(self, peer.connected)) {
            peer.connected = null;
        }
        if (peer.connected != null) {
            return;
        }
        switch (network.connect(self, id)) {
            case ACCEPTED -> {
                peer.connected = network.at(id);
                listener.connected(id);
            }
            case REFUSED -> listener.refused(id);
            case SILENT -> {} // the attempt times out, and tells nothing
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
