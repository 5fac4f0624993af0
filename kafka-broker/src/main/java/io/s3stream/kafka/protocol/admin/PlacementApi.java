package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsResponse;
import org.apache.kafka.common.requests.ElectLeadersRequest;
import org.apache.kafka.common.requests.ElectLeadersResponse;
import org.apache.kafka.common.requests.ListPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.ListPartitionReassignmentsResponse;
import org.apache.kafka.common.requests.RequestContext;

/**
 * ElectLeaders, AlterPartitionReassignments and ListPartitionReassignments. The brokers place partitions by themselves,
 * and a partition has one replica: there is nothing to elect, and a client cannot reassign.
 */
final class PlacementApi {

    private final Cluster cluster;

    private final Access access;

    PlacementApi(Cluster cluster, Access access) {
        this.cluster = cluster;
        this.access = access;
    }

    /** Answers that no election is needed; a request for all partitions names none of them in its answer. */
    CompletableFuture<KafkaResponse> elect(RequestContext context, ElectLeadersRequest request) {
        access.requireCluster(context, AclOperation.ALTER);
        List<ReplicaElectionResult> results = new ArrayList<>();
        if (request.data().topicPartitions() != null) {
            for (ElectLeadersRequestData.TopicPartitions wanted : request.data().topicPartitions()) {
                ReplicaElectionResult result = new ReplicaElectionResult().setTopic(wanted.topic());
                results.add(result);
                for (int index : wanted.partitions()) {
                    Errors error = partition(wanted.topic(), index).isPresent()
                            ? Errors.ELECTION_NOT_NEEDED
                            : Errors.UNKNOWN_TOPIC_OR_PARTITION;
                    result.partitionResult()
                            .add(new PartitionResult()
                                    .setPartitionId(index)
                                    .setErrorCode(error.code())
                                    .setErrorMessage(error.message()));
                }
            }
        }
        return CompletableFuture.completedFuture(
                KafkaResponse.of(new ElectLeadersResponse(0, Errors.NONE.code(), results, request.version())));
    }

    CompletableFuture<KafkaResponse> reassign(RequestContext context, AlterPartitionReassignmentsRequest request) {
        access.requireCluster(context, AclOperation.ALTER);
        AlterPartitionReassignmentsResponseData data = new AlterPartitionReassignmentsResponseData();
        for (ReassignableTopic topic : request.data().topics()) {
            ReassignableTopicResponse response = new ReassignableTopicResponse().setName(topic.name());
            data.responses().add(response);
            for (ReassignablePartition partition : topic.partitions()) {
                Errors error = reassign(topic.name(), partition);
                response.partitions()
                        .add(new ReassignablePartitionResponse()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(error.code())
                                .setErrorMessage(
                                        error == Errors.INVALID_REPLICA_ASSIGNMENT
                                                ? "replicas " + partition.replicas()
                                                        + ": brokers place partitions by themselves, with one replica;"
                                                        + " keep the present replica"
                                                : error.message()));
            }
        }
        return CompletableFuture.completedFuture(KafkaResponse.of(new AlterPartitionReassignmentsResponse(data)));
    }

    private Errors reassign(String topic, ReassignablePartition wanted) {
        Optional<PartitionState> partition = partition(topic, wanted.partitionIndex());
        if (partition.isEmpty()) {
            return Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (wanted.replicas() == null) {
            return Errors.NO_REASSIGNMENT_IN_PROGRESS; // the request cancels a reassignment
        }
        return wanted.replicas().equals(List.of(partition.get().owner()))
                ? Errors.NONE
                : Errors.INVALID_REPLICA_ASSIGNMENT;
    }

    CompletableFuture<KafkaResponse> listReassignments(
            RequestContext context, ListPartitionReassignmentsRequest request) {
        access.requireCluster(context, AclOperation.DESCRIBE);
        return CompletableFuture.completedFuture(
                KafkaResponse.of(new ListPartitionReassignmentsResponse(new ListPartitionReassignmentsResponseData())));
    }

    private Optional<PartitionState> partition(String name, int index) {
        Optional<Topic> topic = cluster.view().topic(name);
        return topic.filter(found -> index >= 0 && index < found.partitions().size())
                .map(found -> found.partitions().get(index));
    }
}
