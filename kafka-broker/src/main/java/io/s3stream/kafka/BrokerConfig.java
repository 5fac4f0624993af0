package io.s3stream.kafka;

import java.net.URI;

/**
 * The options of a broker that have no defaults.
 *
 * @param nodeId of this broker, unique in the cluster
 * @param storage of the store, see {@link io.s3stream.api.StreamStoreBuilder#storage(URI)}
 * @param wal of the store, see {@link io.s3stream.api.StreamStoreBuilder#wal(URI)}
 * @param host to listen on; also advertised to clients
 * @param port to listen on; 0 for any free one
 * @param defaultPartitions of topics whose creator does not say
 * @param createsTopics whether a topic is created when a client names it
 */
public record BrokerConfig(
        int nodeId, URI storage, URI wal, String host, int port, int defaultPartitions, boolean createsTopics) {}
