package io.s3stream.kafka.protocol;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
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
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/** CreateTopics, DeleteTopics and CreatePartitions. */
public final class TopicsApi {

    private final Catalogue catalogue;
    private final Cluster cluster;
    private final TopicCreation creation;
    private final Access access;

    public TopicsApi(Catalogue catalogue, Cluster cluster, TopicCreation creation, Access access) {
        this.access = access;
        this.catalogue = catalogue;
        this.cluster = cluster;
        this.creation = creation;
    }

    public CompletableFuture<KafkaResponse> create(RequestContext context, CreateTopicsRequest request) {
        List<CompletableFuture<CreatableTopicResult>> results = new ArrayList<>();
        Set<String> repeated = repeated(request.data().topics());
        Predicate<String> isPermitted = access.cluster(context, AclOperation.CREATE)
                ? name -> true
                : access.topics(context, AclOperation.CREATE);
        Predicate<String> isDescribed = access.filter(context, AclOperation.DESCRIBE_CONFIGS, ResourceType.TOPIC);
        for (CreatableTopic topic : request.data().topics()) {
            if (repeated.contains(topic.name())) {
                results.add(done(failed(topic, Errors.INVALID_REQUEST, "the request names the topic more than once")));
            } else if (!isPermitted.test(topic.name())) {
                results.add(done(failed(topic, Errors.TOPIC_AUTHORIZATION_FAILED, "Authorization failed.")));
            } else {
                results.add(create(topic, request.data().validateOnly(), isDescribed));
            }
        }
        return all(results).thenApply(done -> {
            CreateTopicsResponseData data = new CreateTopicsResponseData();
            Set<String> answered = new HashSet<>();
            for (CompletableFuture<CreatableTopicResult> result : results) {
                if (answered.add(result.join().name())) {
                    data.topics().add(result.join());
                }
            }
            return KafkaResponse.of(new CreateTopicsResponse(data));
        });
    }

    private static Set<String> repeated(Iterable<CreatableTopic> topics) {
        Set<String> names = new HashSet<>();
        Set<String> repeated = new HashSet<>();
        for (CreatableTopic topic : topics) {
            if (!names.add(topic.name())) {
                repeated.add(topic.name());
            }
        }
        return repeated;
    }

    private CompletableFuture<CreatableTopicResult> create(
            CreatableTopic wanted, boolean isOnlyValidated, Predicate<String> isDescribed) {
        NewTopicCheck topic;
        try {
            topic = NewTopicCheck.of(wanted, creation.defaultPartitions(), creation.defaults());
        } catch (ApiException e) {
            return done(failed(wanted, Errors.forException(e), e.getMessage()));
        }
        if (cluster.view().topic(wanted.name()).isPresent()) {
            return done(failed(wanted, Errors.TOPIC_ALREADY_EXISTS, "Topic '" + wanted.name() + "' already exists."));
        }
        CreatableTopicResult result = new CreatableTopicResult().setName(wanted.name());
        if (isDescribed.test(wanted.name())) {
            result.setNumPartitions(topic.partitions())
                    .setReplicationFactor((short) 1)
                    .setConfigs(ConfigDescription.ofNewTopic(topic.configs()));
        } else {
            result.setTopicConfigErrorCode(Errors.TOPIC_AUTHORIZATION_FAILED.code());
        }
        if (isOnlyValidated) {
            return done(result);
        }
        return creation.create(wanted.name(), topic.partitions(), topic.configs())
                .handle((id, error) -> error == null
                        ? result.setTopicId(id)
                        : failed(wanted, StoreErrors.of(error), StoreErrors.message(error)));
    }

    private static CreatableTopicResult failed(CreatableTopic topic, Errors error, @Nullable String message) {
        return new CreatableTopicResult()
                .setName(topic.name())
                .setErrorCode(error.code())
                .setErrorMessage(message);
    }

    public CompletableFuture<KafkaResponse> delete(RequestContext context, DeleteTopicsRequest request) {
        List<CompletableFuture<DeletableTopicResult>> results = new ArrayList<>();
        List<DeleteTopicState> wanted = new ArrayList<>(request.data().topics());
        request.data().topicNames().forEach(name -> wanted.add(new DeleteTopicState().setName(name)));
        Predicate<String> isPermitted = access.cluster(context, AclOperation.DELETE)
                ? name -> true
                : access.topics(context, AclOperation.DELETE);
        Predicate<String> isVisible = access.filter(context, AclOperation.DESCRIBE, ResourceType.TOPIC);
        for (DeleteTopicState topic : wanted) {
            results.add(delete(topic, isPermitted, isVisible));
        }
        return all(results).thenApply(done -> {
            DeleteTopicsResponseData data = new DeleteTopicsResponseData();
            results.forEach(result -> data.responses().add(result.join()));
            return KafkaResponse.of(new DeleteTopicsResponse(data));
        });
    }

    private CompletableFuture<DeletableTopicResult> delete(
            DeleteTopicState wanted, Predicate<String> isPermitted, Predicate<String> isVisible) {
        boolean byId = wanted.name() == null;
        DeletableTopicResult result =
                new DeletableTopicResult().setName(wanted.name()).setTopicId(wanted.topicId());
        TopicLookup found = byId
                ? TopicLookup.byId(cluster.view(), wanted.topicId(), isPermitted)
                : TopicLookup.byName(cluster.view(), wanted.name(), isPermitted);
        Optional<Topic> topic = found.topic();
        if (topic.isEmpty()) {
            cluster.view()
                    .topic(wanted.topicId())
                    .map(Topic::name)
                    .filter(isVisible)
                    .ifPresent(result::setName);
            return done(result.setErrorCode(found.error().code()));
        }
        result.setName(topic.get().name()).setTopicId(topic.get().id());
        return cluster.change(
                        catalogue.delete(topic.get()),
                        view -> view.topic(topic.get().id()).isEmpty())
                .handle((nothing, error) -> error == null
                        ? result
                        : result.setErrorCode(notFound(error, byId).code())
                                .setErrorMessage(StoreErrors.message(error)));
    }

    public CompletableFuture<KafkaResponse> grow(RequestContext context, CreatePartitionsRequest request) {
        List<CompletableFuture<CreatePartitionsTopicResult>> results = new ArrayList<>();
        Predicate<String> isPermitted = access.topics(context, AclOperation.ALTER);
        for (CreatePartitionsTopic topic : request.data().topics()) {
            results.add(grow(
                    topic,
                    TopicLookup.byName(cluster.view(), topic.name(), isPermitted),
                    request.data().validateOnly()));
        }
        return all(results).thenApply(done -> {
            CreatePartitionsResponseData data = new CreatePartitionsResponseData();
            results.forEach(result -> data.results().add(result.join()));
            return KafkaResponse.of(new CreatePartitionsResponse(data));
        });
    }

    private CompletableFuture<CreatePartitionsTopicResult> grow(
            CreatePartitionsTopic wanted, TopicLookup found, boolean isOnlyValidated) {
        CreatePartitionsTopicResult result = new CreatePartitionsTopicResult().setName(wanted.name());
        Optional<Topic> topic = found.topic();
        if (topic.isEmpty()) {
            return done(result.setErrorCode(found.error().code()));
        }
        if (org.apache.kafka.common.internals.Topic.isInternal(wanted.name())) {
            return done(result.setErrorCode(Errors.INVALID_PARTITIONS.code())
                    .setErrorMessage("The number of partitions of " + wanted.name()
                            + " decides where a group is kept: it cannot change."));
        }
        int present = topic.get().partitions().size();
        if (wanted.count() <= present || wanted.count() > Topic.MAX_PARTITIONS) {
            return done(result.setErrorCode(Errors.INVALID_PARTITIONS.code())
                    .setErrorMessage("The topic currently has " + present + " partition(s); " + wanted.count()
                            + " would not be an increase up to " + Topic.MAX_PARTITIONS + "."));
        }
        if (isOnlyValidated) {
            return done(result);
        }
        return cluster.change(
                        catalogue.grow(topic.get(), wanted.count()), view -> isGrown(view, topic.get(), wanted.count()))
                .handle((nothing, error) -> error == null
                        ? result
                        : result.setErrorCode(StoreErrors.ofChange(error).code())
                                .setErrorMessage(StoreErrors.message(error)));
    }

    private boolean isGrown(ClusterView view, Topic before, int count) {
        return view.topic(before.id())
                .filter(topic -> topic.partitions().size() < count || !cluster.isLed(topic))
                .isEmpty();
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> results) {
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new));
    }

    private static <T> CompletableFuture<T> done(T result) {
        return CompletableFuture.completedFuture(result);
    }

    /** Another broker may have deleted the topic since this broker read the catalogue. */
    private static Errors notFound(Throwable error, boolean byId) {
        Errors mapped = StoreErrors.of(error);
        return mapped == Errors.UNKNOWN_TOPIC_OR_PARTITION && byId ? Errors.UNKNOWN_TOPIC_ID : mapped;
    }
}
