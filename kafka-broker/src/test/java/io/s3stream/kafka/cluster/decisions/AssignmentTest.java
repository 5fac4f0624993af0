package io.s3stream.kafka.cluster.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.cluster.decisions.Member.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class AssignmentTest {

    private static final List<Member> MEMBERS = List.of(
            new Member(0, 1, 1, Phase.READY), new Member(1, 1, 1, Phase.READY), new Member(2, 1, 1, Phase.READY));

    @Test
    void freePartitionsAreOpenedByExactlyOneBroker() {
        Topic topic = topic(30, index -> -1);
        List<Integer> opened = new ArrayList<>();
        for (Member member : MEMBERS) {
            Assignment.of(member.id(), MEMBERS, List.of(topic))
                    .open()
                    .forEach(task -> opened.add(task.partition().index()));
        }
        assertThat(opened).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void partitionOfOtherOwnerIsNotOpened() {
        Topic topic = topic(30, index -> 7);
        assertThat(Assignment.of(0, MEMBERS, List.of(topic)).open()).isEmpty();
        assertThat(Assignment.of(0, MEMBERS, List.of(topic)).release()).isEmpty();
    }

    @Test
    void brokerReleasesPartitionsThatOthersShouldLead() {
        Topic topic = topic(30, index -> 0);
        assertThat(Assignment.of(0, MEMBERS, List.of(topic)).release()).hasSize(20);
    }

    @Test
    void drainingBrokerReleasesAllPartitionsIfAnotherOneIsReady() {
        Member draining = new Member(0, 1, 1, Phase.DRAINING);
        Topic topic = topic(4, index -> 0);
        assertThat(Assignment.of(0, List.of(draining, MEMBERS.get(1)), List.of(topic))
                        .release())
                .hasSize(4);
        assertThat(Assignment.of(0, List.of(draining), List.of(topic)).release())
                .isEmpty();
    }

    @Test
    void partitionsThatOthersStillHaveAreMissing() {
        Topic topic = topic(30, index -> 0);
        Assignment joining = Assignment.of(1, MEMBERS, List.of(topic));
        assertThat(joining.missing()).isEqualTo(10);
        assertThat(joining.moving()).isEqualTo(20);
        Assignment releasing = Assignment.of(0, MEMBERS, List.of(topic));
        assertThat(releasing.missing()).isZero();
        assertThat(releasing.moving()).isEqualTo(20);
    }

    @Test
    void settledClusterHasNoMovingPartition() {
        List<Integer> wanted = new Placement(MEMBERS).leaders("topic", 30);
        Assignment settled = Assignment.of(1, MEMBERS, List.of(topic(30, wanted::get)));
        assertThat(settled.missing()).isZero();
        assertThat(settled.moving()).isZero();
    }

    private static Topic topic(int partitions, IntUnaryOperator owner) {
        List<PartitionState> states = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            states.add(new PartitionState(i, 100 + i, 1000 + i, owner.applyAsInt(i), 3));
        }
        return new Topic(Uuid.randomUuid(), "topic", 1, TopicConfigs.DEFAULTS, states);
    }
}
