package io.s3stream.kafka.cluster.decisions;

import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The tasks of a broker. It opens a partition that it should lead if no broker has it open, and releases a partition that
 * another broker should lead.
 *
 * @param open in the order of the catalogue
 * @param release in the order of the catalogue
 * @param missing number of partitions that the broker should lead and does not have open
 * @param moving number of partitions, of all brokers, that are not open at the broker that should lead them
 */
public record Assignment(List<Task> open, List<Task> release, int missing, int moving) {

    /** A partition of a topic. */
    public record Task(Topic topic, PartitionState partition) {}

    /**
     * Computes the assignment of one broker.
     *
     * @param self id of that broker. It releases a partition only if another broker is ready to lead it, so the last broker
     *     keeps its partitions also while it drains
     */
    public static Assignment of(int self, Collection<Member> members, Collection<Topic> topics) {
        Placement placement = new Placement(members);
        List<Task> open = new ArrayList<>();
        List<Task> release = new ArrayList<>();
        int missing = 0;
        int moving = 0;
        for (Topic topic : topics) {
            List<Integer> leaders =
                    placement.leaders(topic.name(), topic.partitions().size());
            if (leaders.isEmpty()) {
                continue;
            }
            for (int i = 0; i < leaders.size(); i++) {
                PartitionState partition = topic.partitions().get(i);
                boolean isWanted = leaders.get(i) == self;
                moving += leaders.get(i) != partition.owner() ? 1 : 0;
                missing += isWanted && partition.owner() != self ? 1 : 0;
                if (isWanted && partition.owner() < 0) {
                    open.add(new Task(topic, partition));
                } else if (!isWanted && partition.owner() == self) {
                    release.add(new Task(topic, partition));
                }
            }
        }
        return new Assignment(open, release, missing, moving);
    }
}
