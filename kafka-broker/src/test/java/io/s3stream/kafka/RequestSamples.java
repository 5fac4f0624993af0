package io.s3stream.kafka;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** A request of each kind for a topic {@code sample} with 10 records, in any version. */
final class RequestSamples {

    private static final String TOPIC = "sample";

    private static final Set<ApiKeys> KNOWN = Set.of(
            ApiKeys.API_VERSIONS,
            ApiKeys.PRODUCE,
            ApiKeys.FETCH,
            ApiKeys.LIST_OFFSETS,
            ApiKeys.METADATA,
            ApiKeys.DESCRIBE_CLUSTER,
            ApiKeys.CREATE_TOPICS,
            ApiKeys.DELETE_TOPICS,
            ApiKeys.CREATE_PARTITIONS,
            ApiKeys.INIT_PRODUCER_ID,
            ApiKeys.DESCRIBE_CONFIGS,
            ApiKeys.INCREMENTAL_ALTER_CONFIGS,
            ApiKeys.ALTER_CONFIGS,
            ApiKeys.DELETE_RECORDS,
            ApiKeys.OFFSET_FOR_LEADER_EPOCH,
            ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
            ApiKeys.DESCRIBE_LOG_DIRS,
            ApiKeys.ELECT_LEADERS,
            ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
            ApiKeys.LIST_PARTITION_REASSIGNMENTS);

    private final Uuid topicId;

    RequestSamples(Uuid topicId) {
        this.topicId = topicId;
    }

    boolean has(ApiKeys key) {
        return KNOWN.contains(key);
    }

    /** An error that the sample of a request may be answered with. */
    Errors permitted(ApiKeys key) {
        return switch (key) {
            case DELETE_TOPICS -> Errors.UNKNOWN_TOPIC_OR_PARTITION;
            case ELECT_LEADERS -> Errors.ELECTION_NOT_NEEDED;
            case CREATE_PARTITIONS -> Errors.INVALID_PARTITIONS;
            default -> Errors.NONE;
        };
    }

    ApiMessage of(ApiKeys key, int version) {
        return switch (key) {
            case API_VERSIONS -> apiVersions(version);
            case PRODUCE -> produce(version);
            case FETCH -> fetch(version);
            case LIST_OFFSETS -> listOffsets(version);
            case METADATA -> metadata(version);
            case DESCRIBE_CLUSTER -> new DescribeClusterRequestData();
            case CREATE_TOPICS -> createTopics(version);
            case DELETE_TOPICS -> deleteTopics(version);
            case CREATE_PARTITIONS -> createPartitions();
            case INIT_PRODUCER_ID ->
                new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(1000);
            case DESCRIBE_CONFIGS -> describeConfigs(version);
            case INCREMENTAL_ALTER_CONFIGS -> incrementalAlterConfigs();
            case ALTER_CONFIGS -> alterConfigs();
            case DELETE_RECORDS -> deleteRecords();
            case OFFSET_FOR_LEADER_EPOCH -> leaderEpoch();
            case DESCRIBE_TOPIC_PARTITIONS -> new DescribeTopicPartitionsRequestData();
            case DESCRIBE_LOG_DIRS -> new DescribeLogDirsRequestData().setTopics(null);
            case ELECT_LEADERS -> electLeaders(version);
            case ALTER_PARTITION_REASSIGNMENTS -> reassign();
            case LIST_PARTITION_REASSIGNMENTS -> new ListPartitionReassignmentsRequestData().setTopics(null);
            default -> throw new IllegalArgumentException("no sample of " + key);
        };
    }

    private static ApiMessage apiVersions(int version) {
        ApiVersionsRequestData data = new ApiVersionsRequestData();
        return version < 3 ? data : data.setClientSoftwareName("raw").setClientSoftwareVersion("1");
    }

    private ApiMessage produce(int version) {
        MemoryRecords records = MemoryRecords.withRecords(
                Compression.NONE, new SimpleRecord(System.currentTimeMillis(), "key".getBytes(), "value".getBytes()));
        var topic = new ProduceRequestData.TopicProduceData();
        topic.partitionData()
                .add(new ProduceRequestData.PartitionProduceData().setIndex(0).setRecords(records));
        ProduceRequestData data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(10_000);
        data.topicData().add(version >= 13 ? topic.setTopicId(topicId) : topic.setName(TOPIC));
        return data;
    }

    private ApiMessage fetch(int version) {
        var topic = new FetchRequestData.FetchTopic();
        topic.partitions()
                .add(new FetchRequestData.FetchPartition().setFetchOffset(0).setPartitionMaxBytes(1 << 20));
        FetchRequestData data =
                new FetchRequestData().setMaxBytes(1 << 20).setMinBytes(1).setMaxWaitMs(1000);
        data.topics().add(version >= 13 ? topic.setTopicId(topicId) : topic.setTopic(TOPIC));
        return data;
    }

    private static ApiMessage listOffsets(int version) {
        var topic = new ListOffsetsRequestData.ListOffsetsTopic().setName(TOPIC);
        for (long time : new long[] {-1, -2, 1}) {
            topic.partitions().add(new ListOffsetsRequestData.ListOffsetsPartition().setTimestamp(time));
        }
        if (version >= 7) {
            topic.partitions().add(new ListOffsetsRequestData.ListOffsetsPartition().setTimestamp(-3));
        }
        ListOffsetsRequestData data = new ListOffsetsRequestData().setReplicaId(-1);
        data.topics().add(topic);
        return data;
    }

    private ApiMessage metadata(int version) {
        MetadataRequestData data = new MetadataRequestData();
        data.topics().add(new MetadataRequestData.MetadataRequestTopic().setName(TOPIC));
        if (version >= 12) {
            data.topics()
                    .add(new MetadataRequestData.MetadataRequestTopic()
                            .setName(null)
                            .setTopicId(topicId));
        }
        return data;
    }

    private static ApiMessage createTopics(int version) {
        CreateTopicsRequestData data = new CreateTopicsRequestData().setTimeoutMs(10_000);
        data.topics()
                .add(new CreateTopicsRequestData.CreatableTopic()
                        .setName("created-" + version)
                        .setNumPartitions(1)
                        .setReplicationFactor((short) 1));
        return data;
    }

    private static ApiMessage deleteTopics(int version) {
        DeleteTopicsRequestData data = new DeleteTopicsRequestData().setTimeoutMs(10_000);
        String name = "created-" + version;
        return version >= 6
                ? data.setTopics(List.of(new DeleteTopicsRequestData.DeleteTopicState().setName(name)))
                : data.setTopicNames(List.of(name));
    }

    private static ApiMessage createPartitions() {
        CreatePartitionsRequestData data = new CreatePartitionsRequestData().setTimeoutMs(10_000);
        data.topics()
                .add(new CreatePartitionsRequestData.CreatePartitionsTopic()
                        .setName(TOPIC)
                        .setCount(2)
                        .setAssignments(null));
        return data;
    }

    private static ApiMessage describeConfigs(int version) {
        DescribeConfigsRequestData data = new DescribeConfigsRequestData().setIncludeSynonyms(true);
        if (version >= 3) {
            data.setIncludeDocumentation(true);
        }
        data.resources()
                .addAll(Arrays.asList(
                        new DescribeConfigsRequestData.DescribeConfigsResource()
                                .setResourceType((byte) 2)
                                .setResourceName(TOPIC)
                                .setConfigurationKeys(null),
                        new DescribeConfigsRequestData.DescribeConfigsResource()
                                .setResourceType((byte) 4)
                                .setResourceName("0")
                                .setConfigurationKeys(null)));
        return data;
    }

    private static ApiMessage incrementalAlterConfigs() {
        var resource = new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                .setResourceType((byte) 2)
                .setResourceName(TOPIC);
        resource.configs()
                .add(new IncrementalAlterConfigsRequestData.AlterableConfig()
                        .setName("retention.bytes")
                        .setValue("100000"));
        IncrementalAlterConfigsRequestData data = new IncrementalAlterConfigsRequestData();
        data.resources().add(resource);
        return data;
    }

    private static ApiMessage alterConfigs() {
        var resource = new AlterConfigsRequestData.AlterConfigsResource()
                .setResourceType((byte) 2)
                .setResourceName(TOPIC);
        resource.configs()
                .add(new AlterConfigsRequestData.AlterableConfig()
                        .setName("retention.bytes")
                        .setValue("200000"));
        AlterConfigsRequestData data = new AlterConfigsRequestData();
        data.resources().add(resource);
        return data;
    }

    private static ApiMessage deleteRecords() {
        var topic = new DeleteRecordsRequestData.DeleteRecordsTopic().setName(TOPIC);
        topic.partitions().add(new DeleteRecordsRequestData.DeleteRecordsPartition().setOffset(0));
        return new DeleteRecordsRequestData().setTimeoutMs(10_000).setTopics(List.of(topic));
    }

    private static ApiMessage leaderEpoch() {
        var topic = new OffsetForLeaderEpochRequestData.OffsetForLeaderTopic().setTopic(TOPIC);
        topic.partitions()
                .add(new OffsetForLeaderEpochRequestData.OffsetForLeaderPartition()
                        .setCurrentLeaderEpoch(0)
                        .setLeaderEpoch(0));
        OffsetForLeaderEpochRequestData data = new OffsetForLeaderEpochRequestData();
        data.topics().add(topic);
        return data;
    }

    private static ApiMessage electLeaders(int version) {
        ElectLeadersRequestData data = new ElectLeadersRequestData().setTimeoutMs(10_000);
        var partitions = new ElectLeadersRequestData.TopicPartitionsCollection();
        partitions.add(
                new ElectLeadersRequestData.TopicPartitions().setTopic(TOPIC).setPartitions(List.of(0)));
        return data.setTopicPartitions(partitions);
    }

    private static ApiMessage reassign() {
        var topic = new AlterPartitionReassignmentsRequestData.ReassignableTopic().setName(TOPIC);
        topic.partitions()
                .add(new AlterPartitionReassignmentsRequestData.ReassignablePartition().setReplicas(List.of(0)));
        AlterPartitionReassignmentsRequestData data = new AlterPartitionReassignmentsRequestData();
        data.topics().add(topic);
        return data;
    }
}
