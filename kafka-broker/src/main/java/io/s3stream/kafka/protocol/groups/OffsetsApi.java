package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.OffsetDeleteResponse;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.utils.BufferSupplier;

/**
 * OffsetCommit, OffsetFetch and OffsetDelete. The coordinator knows topics by name; new versions of the requests name
 * topics by their ids, which are translated here.
 */
final class OffsetsApi {

    private final GroupCoordinators groups;
    private final Cluster cluster;

    OffsetsApi(GroupCoordinators groups, Cluster cluster) {
        this.groups = groups;
        this.cluster = cluster;
    }

    CompletableFuture<KafkaResponse> commit(RequestContext context, OffsetCommitRequest request) {
        boolean byId = OffsetCommitResponse.useTopicIds(request.version());
        OffsetCommitResponse.Builder response = OffsetCommitResponse.newBuilder(byId);
        List<OffsetCommitRequestTopic> known = new ArrayList<>();
        for (OffsetCommitRequestTopic wanted : request.data().topics()) {
            Optional<Topic> topic = topic(byId, wanted.topicId(), wanted.name());
            Errors unknown = byId && topic.isEmpty() ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
            OffsetCommitRequestTopic valid = new OffsetCommitRequestTopic()
                    .setTopicId(wanted.topicId())
                    .setName(topic.map(Topic::name).orElse(wanted.name()));
            for (OffsetCommitRequestPartition partition : wanted.partitions()) {
                if (exists(topic, partition.partitionIndex())) {
                    valid.partitions().add(partition);
                } else {
                    response.addPartition(wanted.topicId(), wanted.name(), partition.partitionIndex(), unknown);
                }
            }
            if (!valid.partitions().isEmpty()) {
                known.add(valid);
            }
        }
        if (known.isEmpty()) {
            return Answers.now(response.build());
        }
        OffsetCommitRequestData commit = new OffsetCommitRequestData()
                .setGroupId(request.data().groupId())
                .setMemberId(request.data().memberId())
                .setGenerationIdOrMemberEpoch(request.data().generationIdOrMemberEpoch())
                .setRetentionTimeMs(request.data().retentionTimeMs())
                .setGroupInstanceId(request.data().groupInstanceId())
                .setTopics(known);
        return Answers.of(
                request,
                groups.service().commitOffsets(context, commit, BufferSupplier.NO_CACHING),
                committed -> response.merge(committed).build());
    }

    private Optional<Topic> topic(boolean byId, Uuid id, String name) {
        ClusterView view = cluster.view();
        return byId ? view.topic(id) : view.topic(name);
    }

    private static boolean exists(Optional<Topic> topic, int partition) {
        return topic.isPresent()
                && partition >= 0
                && partition < topic.get().partitions().size();
    }

    CompletableFuture<KafkaResponse> fetch(RequestContext context, OffsetFetchRequest request) {
        List<CompletableFuture<OffsetFetchResponseGroup>> fetches = new ArrayList<>();
        for (OffsetFetchRequestGroup group : request.groups()) {
            fetches.add(fetch(context, group, request.requireStable())
                    .exceptionally(error ->
                            OffsetFetchResponse.groupError(group, Errors.forException(error), request.version())));
        }
        return CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new))
                .thenApply(done -> KafkaResponse.of(new OffsetFetchResponse.Builder(
                                fetches.stream().map(CompletableFuture::join).toList())
                        .build(request.version())));
    }

    private CompletableFuture<OffsetFetchResponseGroup> fetch(
            RequestContext context, OffsetFetchRequestGroup group, boolean isStable) {
        boolean byId = OffsetFetchRequest.useTopicIds(context.apiVersion());
        if (OffsetFetchRequest.requestAllOffsets(group)) {
            return groups.service()
                    .fetchOffsets(context, group, isStable)
                    .thenApply(fetched -> byId ? withIds(fetched) : fetched);
        }
        List<OffsetFetchRequestTopics> known = new ArrayList<>();
        List<OffsetFetchResponseTopics> unknown = new ArrayList<>();
        for (OffsetFetchRequestTopics wanted : group.topics()) {
            Optional<Topic> topic = byId ? cluster.view().topic(wanted.topicId()) : Optional.empty();
            if (byId && topic.isEmpty()) {
                unknown.add(unknown(wanted));
            } else {
                known.add(wanted.setName(topic.map(Topic::name).orElse(wanted.name())));
            }
        }
        OffsetFetchRequestGroup fetch = new OffsetFetchRequestGroup()
                .setGroupId(group.groupId())
                .setMemberId(group.memberId())
                .setMemberEpoch(group.memberEpoch())
                .setTopics(known);
        return groups.service().fetchOffsets(context, fetch, isStable).thenApply(fetched -> {
            if (fetched.errorCode() == Errors.NONE.code() && !unknown.isEmpty()) {
                List<OffsetFetchResponseTopics> all = new ArrayList<>(fetched.topics());
                all.addAll(unknown);
                fetched.setTopics(all);
            }
            return fetched;
        });
    }

    private static OffsetFetchResponseTopics unknown(OffsetFetchRequestTopics wanted) {
        OffsetFetchResponseTopics topic = new OffsetFetchResponseTopics().setTopicId(wanted.topicId());
        wanted.partitionIndexes()
                .forEach(index -> topic.partitions()
                        .add(new OffsetFetchResponsePartitions()
                                .setPartitionIndex(index)
                                .setCommittedOffset(OffsetFetchResponse.INVALID_OFFSET)
                                .setCommittedLeaderEpoch(RecordBatch.NO_PARTITION_LEADER_EPOCH)
                                .setMetadata(OffsetFetchResponse.NO_METADATA)
                                .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code())));
        return topic;
    }

    /** A topic that was deleted has no id, so that such a version cannot name it. */
    private OffsetFetchResponseGroup withIds(OffsetFetchResponseGroup fetched) {
        List<OffsetFetchResponseTopics> named = new ArrayList<>();
        for (OffsetFetchResponseTopics topic : fetched.topics()) {
            cluster.view().topic(topic.name()).ifPresent(present -> named.add(topic.setTopicId(present.id())));
        }
        return fetched.setTopics(named);
    }

    CompletableFuture<KafkaResponse> delete(RequestContext context, OffsetDeleteRequest request) {
        OffsetDeleteResponse.Builder response = new OffsetDeleteResponse.Builder();
        OffsetDeleteRequestTopicCollection known = new OffsetDeleteRequestTopicCollection();
        for (OffsetDeleteRequestTopic wanted : request.data().topics()) {
            Optional<Topic> topic = cluster.view().topic(wanted.name());
            OffsetDeleteRequestTopic valid = new OffsetDeleteRequestTopic().setName(wanted.name());
            for (OffsetDeleteRequestPartition partition : wanted.partitions()) {
                if (exists(topic, partition.partitionIndex())) {
                    valid.partitions().add(partition);
                } else {
                    response.addPartition(wanted.name(), partition.partitionIndex(), Errors.UNKNOWN_TOPIC_OR_PARTITION);
                }
            }
            if (!valid.partitions().isEmpty()) {
                known.add(valid);
            }
        }
        OffsetDeleteRequestData delete = new OffsetDeleteRequestData()
                .setGroupId(request.data().groupId())
                .setTopics(known);
        return Answers.of(
                request,
                groups.service().deleteOffsets(context, delete, BufferSupplier.NO_CACHING),
                deleted -> response.merge(deleted).build());
    }
}
