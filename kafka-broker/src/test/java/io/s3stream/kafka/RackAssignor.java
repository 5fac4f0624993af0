package io.s3stream.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.GroupAssignment;
import org.apache.kafka.coordinator.group.api.assignor.GroupSpec;
import org.apache.kafka.coordinator.group.api.assignor.MemberAssignment;
import org.apache.kafka.coordinator.group.api.assignor.MemberSubscription;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.modern.MemberAssignmentImpl;

/** Gives each member the partitions of its rack. Kafka's coordinator creates it by its name. */
public final class RackAssignor implements ConsumerGroupPartitionAssignor {

    @Override
    public String name() {
        return "rack";
    }

    @Override
    public GroupAssignment assign(GroupSpec group, SubscribedTopicDescriber topics) {
        Map<String, MemberAssignment> members = new HashMap<>();
        for (String id : group.memberIds()) {
            MemberSubscription member = group.memberSubscription(id);
            Map<Uuid, Set<Integer>> partitions = new HashMap<>();
            for (Uuid topic : member.subscribedTopicIds()) {
                for (int partition = 0; partition < topics.numPartitions(topic); partition++) {
                    if (topics.racksForPartition(topic, partition)
                            .contains(member.rackId().orElse(""))) {
                        partitions
                                .computeIfAbsent(topic, any -> new HashSet<>())
                                .add(partition);
                    }
                }
            }
            members.put(id, new MemberAssignmentImpl(partitions));
        }
        return new GroupAssignment(members);
    }
}
