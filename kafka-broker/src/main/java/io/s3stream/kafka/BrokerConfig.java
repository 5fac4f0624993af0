package io.s3stream.kafka;

import io.s3stream.kafka.groups.GroupSettings;
import io.s3stream.kafka.transactions.TransactionSettings;
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
 * @param groups of the consumer groups
 * @param transactions of the transaction coordinators
 */
public record BrokerConfig(
        int nodeId,
        URI storage,
        URI wal,
        String host,
        int port,
        int defaultPartitions,
        boolean createsTopics,
        GroupSettings groups,
        TransactionSettings transactions) {

    /** With the default settings of consumer groups and transactions. */
    public BrokerConfig(
            int nodeId,
            URI storage,
            URI wal,
            String host,
            int port,
            int defaultPartitions,
            boolean createsTopics,
            GroupSettings groups) {
        this(nodeId, storage, wal, host, port, defaultPartitions, createsTopics, groups, TransactionSettings.DEFAULTS);
    }

    /** With the default settings of groups and transactions. */
    public BrokerConfig(
            int nodeId, URI storage, URI wal, String host, int port, int defaultPartitions, boolean createsTopics) {
        this(
                nodeId,
                storage,
                wal,
                host,
                port,
                defaultPartitions,
                createsTopics,
                GroupSettings.defaults(),
                TransactionSettings.DEFAULTS);
    }

    /** This configuration with other settings of consumer groups. */
    public BrokerConfig with(GroupSettings settings) {
        return new BrokerConfig(
                nodeId, storage, wal, host, port, defaultPartitions, createsTopics, settings, transactions);
    }

    /** This configuration with other settings of transactions. */
    public BrokerConfig with(TransactionSettings settings) {
        return new BrokerConfig(nodeId, storage, wal, host, port, defaultPartitions, createsTopics, groups, settings);
    }
}
