package io.s3stream.kafka.cluster.decisions;

import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a broker should do with partitions: open those that it should lead and nobody has open, and give up those that
 * another broker should lead.
 *
 * @param open in the order of the catalogue
 * @param giveUp in the order of the catalogue
 */
public record Assignment(List<Task> open, List<Task> giveUp) {

    /** A partition of a topic. */
    public record Task(Topic topic, PartitionState partition) {}

    /**
     * Computes the assignment of one broker.
     *
     * @param self id of that broker; it gives up a partition only to a broker that is ready, so that a draining last
     *     broker goes on
     */
    public static Assignment of(int self, Collection<Member> members, Collection<Topic> topics) {
        Placement placement = new Placement(members);
        List<Task> open = new ArrayList<>();
        List<Task> giveUp = new ArrayList<>();
        for (Topic topic : topics) {
            List<Integer> leaders =
                    placement.leaders(topic.name(), topic.partitions().size());
            if (leaders.isEmpty()) {
                continue;
            }
            for (int i = 0; i < leaders.size(); i++) {
                PartitionState partition = topic.partitions().get(i);
                boolean isWanted = leaders.get(i) == self;
                if (isWanted && partition.owner() < 0) {
                    open.add(new Task(topic, partition));
                } else if (!isWanted && partition.owner() == self) {
                    giveUp.add(new Task(topic, partition));
                }
            }
        }
        return new Assignment(open, giveUp);
    }
}
