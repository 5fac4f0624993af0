package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreatePartitionsRequest;
import org.apache.kafka.common.requests.CreatePartitionsResponse;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.common.requests.DeleteTopicsResponse;
import org.apache.kafka.common.requests.RequestContext;

/** CreateTopics, DeleteTopics and CreatePartitions. */
public final class TopicsApi {

    /** Each partition is a stream; one request creates no more than this. */
    private static final int MAX_PARTITIONS = 10_000;

    private final Catalogue catalogue;
    private final Cluster cluster;
    private final TopicCreation creation;

    public TopicsApi(Catalogue catalogue, Cluster cluster, TopicCreation creation) {
        this.catalogue = catalogue;
        this.cluster = cluster;
        this.creation = creation;
    }

    public CompletableFuture<KafkaResponse> create(RequestContext context, CreateTopicsRequest request) {
        List<CompletableFuture<CreatableTopicResult>> results = new ArrayList<>();
        for (CreatableTopic topic : request.data().topics()) {
            results.add(create(topic, request.data().validateOnly()));
        }
        return all(results).thenApply(done -> {
            CreateTopicsResponseData data = new CreateTopicsResponseData();
            results.forEach(result -> data.topics().add(result.join()));
            return KafkaResponse.of(new CreateTopicsResponse(data));
        });
    }

    private CompletableFuture<CreatableTopicResult> create(CreatableTopic topic, boolean isOnlyValidated) {
        CreatableTopicResult result = new CreatableTopicResult().setName(topic.name());
        int partitions = partitions(topic);
        Optional<String> invalid = invalid(topic, partitions);
        if (invalid.isPresent()) {
            Errors error =
                    TopicCreation.isValid(topic.name()) ? Errors.INVALID_PARTITIONS : Errors.INVALID_TOPIC_EXCEPTION;
            return done(result.setErrorCode(error.code()).setErrorMessage(invalid.get()));
        }
        if (cluster.view().topic(topic.name()).isPresent()) {
            return done(result.setErrorCode(Errors.TOPIC_ALREADY_EXISTS.code())
                    .setErrorMessage("Topic '" + topic.name() + "' already exists."));
        }
        Map<String, String> configs = new HashMap<>();
        topic.configs().forEach(config -> configs.put(config.name(), config.value()));
        result.setNumPartitions(partitions).setReplicationFactor((short) 1);
        configs.forEach((name, value) -> result.configs()
                .add(new CreatableTopicConfigs().setName(name).setValue(value).setConfigSource((byte) 1)));
        if (isOnlyValidated) {
            return done(result);
        }
        return settle(
                creation.create(topic.name(), partitions, configs),
                (id, error) -> error == null
                        ? result.setTopicId(id)
                        : new CreatableTopicResult()
                                .setName(topic.name())
                                .setErrorCode(StoreErrors.of(error).code())
                                .setErrorMessage(error.getMessage()));
    }

    private int partitions(CreatableTopic topic) {
        if (!topic.assignments().isEmpty()) {
            return topic.assignments().size();
        }
        return topic.numPartitions() == -1 ? creation.defaultPartitions() : topic.numPartitions();
    }

    private static Optional<String> invalid(CreatableTopic topic, int partitions) {
        if (!TopicCreation.isValid(topic.name())) {
            return Optional.of("Topic name '" + topic.name() + "' is invalid");
        }
        return partitions < 1 || partitions > MAX_PARTITIONS
                ? Optional.of("Number of partitions is " + partitions + ": must be from 1 to " + MAX_PARTITIONS)
                : Optional.empty();
    }

    public CompletableFuture<KafkaResponse> delete(RequestContext context, DeleteTopicsRequest request) {
        List<CompletableFuture<DeletableTopicResult>> results = new ArrayList<>();
        List<DeleteTopicState> wanted = new ArrayList<>(request.data().topics());
        request.data().topicNames().forEach(name -> wanted.add(new DeleteTopicState().setName(name)));
        for (DeleteTopicState topic : wanted) {
            results.add(delete(topic));
        }
        return all(results).thenApply(done -> {
            DeleteTopicsResponseData data = new DeleteTopicsResponseData();
            results.forEach(result -> data.responses().add(result.join()));
            return KafkaResponse.of(new DeleteTopicsResponse(data));
        });
    }

    private CompletableFuture<DeletableTopicResult> delete(DeleteTopicState wanted) {
        boolean byId = wanted.name() == null;
        DeletableTopicResult result =
                new DeletableTopicResult().setName(wanted.name()).setTopicId(wanted.topicId());
        Optional<Topic> topic =
                byId ? cluster.view().topic(wanted.topicId()) : cluster.view().topic(wanted.name());
        if (topic.isEmpty()) {
            return done(
                    result.setErrorCode((byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION).code()));
        }
        result.setName(topic.get().name()).setTopicId(topic.get().id());
        return settle(
                cluster.change(catalogue.delete(topic.get())),
                (nothing, error) -> error == null
                        ? result
                        : result.setErrorCode(StoreErrors.of(error).code()).setErrorMessage(error.getMessage()));
    }

    public CompletableFuture<KafkaResponse> grow(RequestContext context, CreatePartitionsRequest request) {
        List<CompletableFuture<CreatePartitionsTopicResult>> results = new ArrayList<>();
        for (CreatePartitionsTopic topic : request.data().topics()) {
            results.add(grow(topic, request.data().validateOnly()));
        }
        return all(results).thenApply(done -> {
            CreatePartitionsResponseData data = new CreatePartitionsResponseData();
            results.forEach(result -> data.results().add(result.join()));
            return KafkaResponse.of(new CreatePartitionsResponse(data));
        });
    }

    private CompletableFuture<CreatePartitionsTopicResult> grow(CreatePartitionsTopic wanted, boolean isOnlyValidated) {
        CreatePartitionsTopicResult result = new CreatePartitionsTopicResult().setName(wanted.name());
        Optional<Topic> topic = cluster.view().topic(wanted.name());
        if (topic.isEmpty()) {
            return done(result.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code()));
        }
        int present = topic.get().partitions().size();
        if (wanted.count() <= present || wanted.count() > MAX_PARTITIONS) {
            return done(result.setErrorCode(Errors.INVALID_PARTITIONS.code())
                    .setErrorMessage("The topic currently has " + present + " partition(s); " + wanted.count()
                            + " would not be an increase up to " + MAX_PARTITIONS + "."));
        }
        if (isOnlyValidated) {
            return done(result);
        }
        return settle(
                cluster.change(catalogue.grow(topic.get(), wanted.count())),
                (nothing, error) -> error == null
                        ? result
                        : result.setErrorCode(StoreErrors.of(error).code()).setErrorMessage(error.getMessage()));
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> results) {
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new));
    }

    private static <T> CompletableFuture<T> done(T result) {
        return CompletableFuture.completedFuture(result);
    }

    private static <T, R> CompletableFuture<R> settle(CompletableFuture<T> call, BiFunction<T, Throwable, R> result) {
        return call.handle(result);
    }
}
