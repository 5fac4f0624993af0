package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import io.s3stream.kafka.protocol.StoreErrors;
import io.s3stream.kafka.protocol.TopicLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
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
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.BufferSupplier;

/**
 * OffsetCommit, OffsetFetch and OffsetDelete. The coordinator knows topics by name; new versions of the requests name
 * topics by their ids, which are translated here.
 */
final class OffsetsApi {

    private final GroupCoordinators groups;
    private final Cluster cluster;
    private final Access access;

    OffsetsApi(GroupCoordinators groups, Cluster cluster, Access access) {
        this.access = access;
        this.groups = groups;
        this.cluster = cluster;
    }

    CompletableFuture<KafkaResponse> commit(RequestContext context, OffsetCommitRequest request) {
        access.requireGroup(context, AclOperation.READ, request.data().groupId());
        Predicate<String> isPermitted = access.topics(context, AclOperation.READ);
        boolean byId = OffsetCommitResponse.useTopicIds(request.version());
        OffsetCommitResponse.Builder response = OffsetCommitResponse.newBuilder(byId);
        List<OffsetCommitRequestTopic> known = new ArrayList<>();
        for (OffsetCommitRequestTopic wanted : request.data().topics()) {
            TopicLookup found = byId
                    ? TopicLookup.byId(cluster.view(), wanted.topicId(), isPermitted)
                    : TopicLookup.byName(cluster.view(), wanted.name(), isPermitted);
            Optional<Topic> topic = found.topic();
            OffsetCommitRequestTopic valid = new OffsetCommitRequestTopic()
                    .setTopicId(wanted.topicId())
                    .setName(topic.map(Topic::name).orElse(wanted.name()));
            for (OffsetCommitRequestPartition partition : wanted.partitions()) {
                Errors error = found.partition(partition.partitionIndex());
                if (error == Errors.NONE) {
                    valid.partitions().add(partition);
                } else {
                    response.addPartition(wanted.topicId(), wanted.name(), partition.partitionIndex(), error);
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

    CompletableFuture<KafkaResponse> fetch(RequestContext context, OffsetFetchRequest request) {
        List<CompletableFuture<OffsetFetchResponseGroup>> fetches = new ArrayList<>();
        for (OffsetFetchRequestGroup group : request.groups()) {
            fetches.add(CompletableFuture.completedFuture(group)
                    .thenCompose(wanted -> fetch(context, wanted, request.requireStable()))
                    .exceptionally(
                            error -> OffsetFetchResponse.groupError(group, StoreErrors.of(error), request.version())));
        }
        return CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new))
                .thenApply(done -> KafkaResponse.of(new OffsetFetchResponse.Builder(
                                fetches.stream().map(CompletableFuture::join).toList())
                        .build(request.version())));
    }

    private CompletableFuture<OffsetFetchResponseGroup> fetch(
            RequestContext context, OffsetFetchRequestGroup group, boolean isStable) {
        if (!access.groups(context, AclOperation.DESCRIBE).test(group.groupId())) {
            throw GroupAuthorizationException.forGroupId(group.groupId());
        }
        boolean byId = OffsetFetchRequest.useTopicIds(context.apiVersion());
        if (OffsetFetchRequest.requestAllOffsets(group)) {
            Predicate<String> isVisible = access.filter(context, AclOperation.DESCRIBE, ResourceType.TOPIC);
            return groups.service().fetchOffsets(context, group, isStable).thenApply(fetched -> {
                fetched.setTopics(fetched.topics().stream()
                        .filter(topic -> isVisible.test(topic.name()))
                        .toList());
                return byId ? withIds(fetched) : fetched;
            });
        }
        Predicate<String> isPermitted = access.topics(context, AclOperation.DESCRIBE);
        List<OffsetFetchRequestTopics> known = new ArrayList<>();
        List<OffsetFetchResponseTopics> refused = new ArrayList<>();
        for (OffsetFetchRequestTopics wanted : group.topics()) {
            TopicLookup found = byId
                    ? TopicLookup.byId(cluster.view(), wanted.topicId(), isPermitted)
                    : TopicLookup.byName(cluster.view(), wanted.name(), isPermitted);
            boolean isRefused = found.error() == Errors.TOPIC_AUTHORIZATION_FAILED;
            if (isRefused || (byId && found.topic().isEmpty())) {
                refused.add(refused(wanted, found.error()));
            } else {
                known.add(wanted.setName(found.topic().map(Topic::name).orElse(wanted.name())));
            }
        }
        OffsetFetchRequestGroup fetch = new OffsetFetchRequestGroup()
                .setGroupId(group.groupId())
                .setMemberId(group.memberId())
                .setMemberEpoch(group.memberEpoch())
                .setTopics(known);
        return groups.service().fetchOffsets(context, fetch, isStable).thenApply(fetched -> {
            if (fetched.errorCode() == Errors.NONE.code() && !refused.isEmpty()) {
                List<OffsetFetchResponseTopics> all = new ArrayList<>(fetched.topics());
                all.addAll(refused);
                fetched.setTopics(all);
            }
            return fetched;
        });
    }

    private static OffsetFetchResponseTopics refused(OffsetFetchRequestTopics wanted, Errors error) {
        OffsetFetchResponseTopics topic =
                new OffsetFetchResponseTopics().setName(wanted.name()).setTopicId(wanted.topicId());
        wanted.partitionIndexes()
                .forEach(index -> topic.partitions()
                        .add(new OffsetFetchResponsePartitions()
                                .setPartitionIndex(index)
                                .setCommittedOffset(OffsetFetchResponse.INVALID_OFFSET)
                                .setCommittedLeaderEpoch(RecordBatch.NO_PARTITION_LEADER_EPOCH)
                                .setMetadata(OffsetFetchResponse.NO_METADATA)
                                .setErrorCode(error.code())));
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
        access.requireGroup(context, AclOperation.DELETE, request.data().groupId());
        Predicate<String> isPermitted = access.topics(context, AclOperation.READ);
        OffsetDeleteResponse.Builder response = new OffsetDeleteResponse.Builder();
        OffsetDeleteRequestTopicCollection known = new OffsetDeleteRequestTopicCollection();
        for (OffsetDeleteRequestTopic wanted : request.data().topics()) {
            TopicLookup found = TopicLookup.byName(cluster.view(), wanted.name(), isPermitted);
            OffsetDeleteRequestTopic valid = new OffsetDeleteRequestTopic().setName(wanted.name());
            for (OffsetDeleteRequestPartition partition : wanted.partitions()) {
                Errors error = found.partition(partition.partitionIndex());
                if (error == Errors.NONE) {
                    valid.partitions().add(partition);
                } else {
                    response.addPartition(wanted.name(), partition.partitionIndex(), error);
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
