package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.protocol.ApiTable;
import io.s3stream.kafka.protocol.TopicCreation;
import org.apache.kafka.common.protocol.ApiKeys;

/** The APIs of consumer groups and their offsets. */
public final class GroupApis {

    private GroupApis() {}

    /** Adds all of them, except FindCoordinator: see {@link CoordinatorApi}. */
    public static void add(
            ApiTable table, GroupCoordinators coordinators, Cluster cluster, TopicCreation creation, Access access) {
        GroupsApi groups = new GroupsApi(coordinators, access);
        table.add(ApiKeys.JOIN_GROUP, groups::join)
                .add(ApiKeys.SYNC_GROUP, groups::sync)
                .add(ApiKeys.HEARTBEAT, groups::heartbeat)
                .add(ApiKeys.LEAVE_GROUP, groups::leave)
                .add(ApiKeys.LIST_GROUPS, groups::list)
                .add(ApiKeys.DESCRIBE_GROUPS, groups::describe)
                .add(ApiKeys.DELETE_GROUPS, groups::delete);
        ConsumerGroupApi consumerGroups = new ConsumerGroupApi(coordinators, access);
        table.add(ApiKeys.CONSUMER_GROUP_HEARTBEAT, consumerGroups::heartbeat)
                .add(ApiKeys.CONSUMER_GROUP_DESCRIBE, consumerGroups::describe);
        StreamsGroupApi streamsGroups = new StreamsGroupApi(coordinators, creation, access);
        table.add(ApiKeys.STREAMS_GROUP_HEARTBEAT, streamsGroups::heartbeat)
                .add(ApiKeys.STREAMS_GROUP_DESCRIBE, streamsGroups::describe);
        OffsetsApi offsets = new OffsetsApi(coordinators, cluster, access);
        table.add(ApiKeys.OFFSET_COMMIT, offsets::commit)
                .add(ApiKeys.OFFSET_FETCH, offsets::fetch)
                .add(ApiKeys.OFFSET_DELETE, offsets::delete);
    }
}
