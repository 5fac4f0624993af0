package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;

/**
 * Names the present leader of a partition to clients that ask another broker (KIP-951). They continue there without a
 * request for metadata and without back-off. Without state; thread-safe.
 */
final class LeaderHints {

    /** The first versions that have the leader and its address. */
    private static final int PRODUCE = 10;

    private static final int FETCH = 16;

    /** A refused batch waits as long for the next leader of its partition. */
    private static final Duration MOVE = Duration.ofSeconds(1);

    private final Cluster cluster;

    LeaderHints(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Waits for the leaders of refused partitions that move, and adds them to the response. */
    CompletableFuture<Void> complete(ProduceResponseData response, int version) {
        List<TopicPartition> refused = new ArrayList<>();
        for (TopicProduceResponse topic : response.responses()) {
            for (PartitionProduceResponse partition : topic.partitionResponses()) {
                if (partition.errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code()) {
                    topic(topic.name(), topic.topicId())
                            .ifPresent(found -> refused.add(new TopicPartition(found.name(), partition.index())));
                }
            }
        }
        return refused.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : cluster.whenLed(refused, MOVE).thenRun(() -> {
                    if (version >= PRODUCE) {
                        add(response);
                    }
                });
    }

    private void add(ProduceResponseData response) {
        Set<BrokerAddress> leaders = new HashSet<>();
        for (TopicProduceResponse topic : response.responses()) {
            for (PartitionProduceResponse partition : topic.partitionResponses()) {
                if (partition.errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code()) {
                    state(topic.name(), topic.topicId(), partition.index())
                            .ifPresent(state -> leader(state).ifPresent(leader -> {
                                leaders.add(leader);
                                partition
                                        .currentLeader()
                                        .setLeaderId(leader.id())
                                        .setLeaderEpoch(state.leaderEpoch());
                            }));
                }
            }
        }
        leaders.forEach(leader -> response.nodeEndpoints()
                .add(new ProduceResponseData.NodeEndpoint()
                        .setNodeId(leader.id())
                        .setHost(leader.host())
                        .setPort(leader.port())
                        .setRack(leader.rack().orElse(null))));
    }

    /** Adds the leaders of refused partitions to a response, as far as they are known. */
    void add(FetchResponseData response, int version) {
        if (version < FETCH) {
            return;
        }
        Set<BrokerAddress> leaders = new HashSet<>();
        for (FetchResponseData.FetchableTopicResponse topic : response.responses()) {
            for (FetchResponseData.PartitionData partition : topic.partitions()) {
                if (partition.errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code()) {
                    state(topic.topic(), topic.topicId(), partition.partitionIndex())
                            .ifPresent(state -> leader(state).ifPresent(leader -> {
                                leaders.add(leader);
                                partition
                                        .currentLeader()
                                        .setLeaderId(leader.id())
                                        .setLeaderEpoch(state.leaderEpoch());
                            }));
                }
            }
        }
        leaders.forEach(leader -> response.nodeEndpoints()
                .add(new FetchResponseData.NodeEndpoint()
                        .setNodeId(leader.id())
                        .setHost(leader.host())
                        .setPort(leader.port())
                        .setRack(leader.rack().orElse(null))));
    }

    /** Only partitions that the client may use were refused with an error for which the leader is named. */
    private Optional<Topic> topic(String name, Uuid id) {
        return TopicLookup.of(cluster.view(), name, id, permitted -> true).topic();
    }

    private Optional<PartitionState> state(String name, Uuid id, int index) {
        return topic(name, id)
                .filter(topic -> index >= 0 && index < topic.partitions().size())
                .map(topic -> topic.partitions().get(index));
    }

    private Optional<BrokerAddress> leader(PartitionState state) {
        ClusterView view = cluster.view();
        return view.broker(state.owner());
    }
}
