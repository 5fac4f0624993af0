package io.s3stream.kafka.catalogue;

import java.util.Optional;

/**
 * Where clients reach a broker.
 *
 * @param id the node id of its store
 * @param rack the operator's name for the place of the broker, such as an availability zone; absent if the operator gave
 *     none
 */
public record BrokerAddress(int id, String host, int port, Optional<String> rack) {

    /** A broker without a rack. */
    public BrokerAddress(int id, String host, int port) {
        this(id, host, port, Optional.empty());
    }
}
