package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.protocol.ApiTable;
import org.apache.kafka.common.protocol.ApiKeys;

/** Adds the requests of this package to the table of requests. */
public final class AdminApis {

    private AdminApis() {}

    /**
     * Adds all requests of this package.
     *
     * @param storage of the store, without credentials; DescribeLogDirs answers it
     */
    public static void addTo(
            ApiTable apis, Catalogue catalogue, Cluster cluster, BrokerProperties properties, String storage) {
        DescribeConfigsApi describe = new DescribeConfigsApi(cluster, properties);
        AlterConfigsApi alter = new AlterConfigsApi(catalogue, cluster);
        PlacementApi placement = new PlacementApi(cluster);
        apis.add(ApiKeys.DESCRIBE_CONFIGS, describe::describe)
                .add(ApiKeys.INCREMENTAL_ALTER_CONFIGS, alter::alterIncrementally)
                .add(ApiKeys.ALTER_CONFIGS, alter::alter)
                .add(ApiKeys.DELETE_RECORDS, new DeleteRecordsApi(cluster)::delete)
                .add(ApiKeys.OFFSET_FOR_LEADER_EPOCH, new LeaderEpochApi(cluster)::find)
                .add(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, new DescribePartitionsApi(cluster)::describe)
                .add(ApiKeys.DESCRIBE_LOG_DIRS, new LogDirsApi(cluster, storage)::describe)
                .add(ApiKeys.ELECT_LEADERS, placement::elect)
                .add(ApiKeys.ALTER_PARTITION_REASSIGNMENTS, placement::reassign)
                .add(ApiKeys.LIST_PARTITION_REASSIGNMENTS, placement::listReassignments);
    }
}
