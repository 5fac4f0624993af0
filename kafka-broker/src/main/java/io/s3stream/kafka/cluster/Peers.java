package io.s3stream.kafka.cluster;

import io.s3stream.kafka.catalogue.BrokerAddress;
import java.util.Collection;

/** The connections of a broker to the other brokers, which show when another process ends. Thread-safe. */
public interface Peers extends AutoCloseable {

    /** A process that is a broker. The next process of the broker has another epoch, and perhaps the same address. */
    record Peer(BrokerAddress address, long epoch) {}

    /** Watches these processes, and no others. Does not block. */
    void update(Collection<Peer> others);

    /** Ends all connections. */
    @Override
    void close();

    /** Receives the events of connections, one at a time, on a thread of the connections. */
    interface Listener {

        /** A connection to the process was refused. Repeated while that is so. */
        void refused(Peer peer);

        /** The process has accepted a connection. */
        void connected(Peer peer);
    }
}
