package io.s3stream.kafka.cluster.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.cluster.decisions.Member.Phase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacementTest {

    @Test
    void partitionsOfTopicAreSpreadEvenly() {
        for (int brokers = 1; brokers <= 20; brokers++) {
            for (int partitions : new int[] {1, 3, 7, 12, 100}) {
                List<Integer> leaders = new Placement(ready(brokers)).leaders("topic", partitions);
                for (int id = 0; id < brokers; id++) {
                    assertThat(Collections.frequency(leaders, id))
                            .as("%d of %d brokers, %d partitions", id, brokers, partitions)
                            .isLessThanOrEqualTo((partitions + brokers - 1) / brokers);
                }
            }
        }
    }

    @Test
    void topicsOfOnePartitionAreSpreadOverBrokers() {
        Placement placement = new Placement(ready(5));
        List<Integer> leaders = IntStream.range(0, 1000)
                .mapToObj(i -> placement.leaders("topic-" + i, 1).get(0))
                .toList();
        for (int id = 0; id < 5; id++) {
            assertThat(Collections.frequency(leaders, id)).isBetween(150, 250);
        }
    }

    @Test
    void brokerThatLeavesMovesFewOtherPartitions() {
        int moved = 0;
        int partitions = 0;
        for (int topic = 0; topic < 100; topic++) {
            List<Integer> before = new Placement(ready(5)).leaders("topic-" + topic, 20);
            List<Integer> after = new Placement(ready(4)).leaders("topic-" + topic, 20);
            for (int i = 0; i < 20; i++) {
                if (before.get(i) != 4) {
                    partitions++;
                    moved += before.get(i).equals(after.get(i)) ? 0 : 1;
                }
            }
        }
        // The bound on the load moves some; without any hashing four fifths would move.
        assertThat((double) moved / partitions).isLessThan(0.35);
    }

    @Test
    void weightsAreShares() {
        List<Member> members = List.of(member(0, 1, Phase.READY), member(1, 3, Phase.READY));
        List<Integer> leaders = new Placement(members).leaders("topic", 100);
        assertThat(Collections.frequency(leaders, 0)).isEqualTo(25);
    }

    @Test
    void onlyReadyBrokersLead() {
        List<Member> members =
                List.of(member(0, 1, Phase.STARTING), member(1, 1, Phase.DRAINING), member(2, 1, Phase.READY));
        assertThat(new Placement(members).leaders("topic", 3)).containsExactly(2, 2, 2);
        assertThat(new Placement(members.subList(0, 2)).leaders("topic", 3)).isEmpty();
    }

    @Test
    void orderOfMembersDoesNotMatter() {
        List<Member> shuffled = new ArrayList<>(ready(9));
        Collections.shuffle(shuffled, new Random(1));
        assertThat(new Placement(shuffled).leaders("topic", 50))
                .isEqualTo(new Placement(ready(9)).leaders("topic", 50));
    }

    private static List<Member> ready(int count) {
        return IntStream.range(0, count)
                .mapToObj(id -> member(id, 1, Phase.READY))
                .toList();
    }

    private static Member member(int id, double weight, Phase phase) {
        return new Member(id, 1, weight, phase);
    }
}
