package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.access.AclIndex;
import io.s3stream.kafka.access.AclStore;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.protocol.ApiTable;
import java.util.Optional;
import org.apache.kafka.common.protocol.ApiKeys;

/** Adds the requests of this package to the table of requests, except for those of {@link ConfigApis}. */
public final class AdminApis {

    private AdminApis() {}

    /**
     * Adds the requests about records, sizes and placement.
     *
     * @param storage of the store, without credentials; DescribeLogDirs answers it
     */
    public static void addTo(ApiTable apis, Cluster cluster, String storage, Access access) {
        PlacementApi placement = new PlacementApi(cluster, access);
        apis.add(ApiKeys.DELETE_RECORDS, new DeleteRecordsApi(cluster, access)::delete)
                .add(ApiKeys.OFFSET_FOR_LEADER_EPOCH, new LeaderEpochApi(cluster, access)::find)
                .add(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, new DescribePartitionsApi(cluster, access)::describe)
                .add(ApiKeys.DESCRIBE_LOG_DIRS, new LogDirsApi(cluster, storage, access)::describe)
                .add(ApiKeys.ELECT_LEADERS, placement::elect)
                .add(ApiKeys.ALTER_PARTITION_REASSIGNMENTS, placement::reassign)
                .add(ApiKeys.LIST_PARTITION_REASSIGNMENTS, placement::listReassignments);
    }

    /**
     * Adds the requests of access control lists.
     *
     * @param index the bindings that this broker applies; absent without access control
     */
    public static void addTo(
            ApiTable apis, Access access, Optional<AclIndex> index, AclStore bindings, Cluster cluster) {
        AclApi acls = new AclApi(access, index, bindings, cluster);
        apis.add(ApiKeys.CREATE_ACLS, acls::create)
                .add(ApiKeys.DESCRIBE_ACLS, acls::describe)
                .add(ApiKeys.DELETE_ACLS, acls::delete);
    }
}
