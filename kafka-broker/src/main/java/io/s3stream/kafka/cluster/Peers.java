package io.s3stream.kafka.cluster;

import io.s3stream.kafka.catalogue.BrokerAddress;
import java.util.Collection;

/** The connections of a broker to the other brokers, which show when another process ends. Thread-safe. */
public interface Peers extends AutoCloseable {

    /** Watches these brokers, and no others. Does not block. */
    void update(Collection<BrokerAddress> others);

    /** Ends all connections. */
    @Override
    void close();

    /** Receives the events of connections, one at a time, on a thread of the connections. */
    interface Listener {

        /** A connection to the broker's address was refused. Repeated while that is so. */
        void refused(int id);

        /** The broker has accepted a connection. */
        void connected(int id);
    }
}
