package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.StoreErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterConfigsRequest;
import org.apache.kafka.common.requests.AlterConfigsResponse;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.common.requests.IncrementalAlterConfigsResponse;
import org.apache.kafka.common.requests.RequestContext;

/** IncrementalAlterConfigs and AlterConfigs, of topics and groups. */
final class AlterConfigsApi {

    private final Catalogue catalogue;
    private final Cluster cluster;
    private final GroupConfigsApi groups;
    private final Access access;

    AlterConfigsApi(Catalogue catalogue, Cluster cluster, GroupConfigsApi groups, Access access) {
        this.groups = groups;
        this.access = access;
        this.catalogue = catalogue;
        this.cluster = cluster;
    }

    /** The change that a request asks for, as a function of the present configuration of a topic or a group. */
    private record Change(UnaryOperator<TopicConfigs> ofTopic, UnaryOperator<Map<String, String>> ofGroup) {}

    CompletableFuture<KafkaResponse> alterIncrementally(
            RequestContext context, IncrementalAlterConfigsRequest request) {
        IncrementalAlterConfigsResponseData data = new IncrementalAlterConfigsResponseData();
        List<CompletableFuture<?>> changes = new ArrayList<>();
        for (IncrementalAlterConfigsRequestData.AlterConfigsResource resource :
                request.data().resources()) {
            var response = new IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName());
            data.responses().add(response);
            changes.add(change(
                            context,
                            resource.resourceType(),
                            resource.resourceName(),
                            new Change(
                                    present -> ConfigChange.incremental(present, resource.configs()),
                                    present -> ConfigChange.incremental(present, resource.configs())),
                            request.data().validateOnly())
                    .thenAccept(
                            error -> response.setErrorCode(error.error().code()).setErrorMessage(error.message())));
        }
        return all(changes).thenApply(done -> KafkaResponse.of(new IncrementalAlterConfigsResponse(data)));
    }

    CompletableFuture<KafkaResponse> alter(RequestContext context, AlterConfigsRequest request) {
        AlterConfigsResponseData data = new AlterConfigsResponseData();
        List<CompletableFuture<?>> changes = new ArrayList<>();
        for (AlterConfigsRequestData.AlterConfigsResource resource :
                request.data().resources()) {
            var response = new AlterConfigsResponseData.AlterConfigsResourceResponse()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName());
            data.responses().add(response);
            changes.add(change(
                            context,
                            resource.resourceType(),
                            resource.resourceName(),
                            new Change(
                                    present -> present.with(ConfigChange.replacement(resource.configs())),
                                    present -> ConfigChange.replacement(resource.configs())),
                            request.data().validateOnly())
                    .thenAccept(
                            error -> response.setErrorCode(error.error().code()).setErrorMessage(error.message())));
        }
        return all(changes).thenApply(done -> KafkaResponse.of(new AlterConfigsResponse(data)));
    }

    /** Changes the configuration of one resource. The future does not fail. */
    private CompletableFuture<ApiError> change(
            RequestContext context, byte type, String name, Change change, boolean isOnlyValidated) {
        Errors refused = ConfigAccess.check(access, context, AclOperation.ALTER_CONFIGS, type, name);
        if (refused != Errors.NONE) {
            return CompletableFuture.completedFuture(new ApiError(refused));
        }
        return switch (ConfigResource.Type.forId(type)) {
            case TOPIC -> changeTopic(name, change.ofTopic(), isOnlyValidated);
            case GROUP -> groups.change(name, change.ofGroup(), isOnlyValidated);
            default ->
                CompletableFuture.completedFuture(new ApiError(
                        Errors.INVALID_REQUEST,
                        "resource type " + type
                                + ": only topics and groups can be configured; brokers have command line options"));
        };
    }

    private CompletableFuture<ApiError> changeTopic(
            String name, UnaryOperator<TopicConfigs> change, boolean isOnlyValidated) {
        Optional<Topic> topic = cluster.view().topic(name);
        if (topic.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new ApiError(Errors.UNKNOWN_TOPIC_OR_PARTITION, "topic " + name + " does not exist"));
        }
        CompletableFuture<Void> changed;
        try {
            Objects.requireNonNull(change.apply(topic.get().configs())); // refuses bad values
            changed = isOnlyValidated
                    ? CompletableFuture.completedFuture(null)
                    : cluster.change(
                            catalogue.configure(topic.get(), change), view -> isConfigured(view, topic.get(), change));
        } catch (ApiException e) {
            changed = CompletableFuture.failedFuture(e);
        }
        return changed.handle((nothing, error) ->
                error == null ? ApiError.NONE : new ApiError(StoreErrors.ofChange(error), StoreErrors.message(error)));
    }

    private static boolean isConfigured(ClusterView view, Topic topic, UnaryOperator<TopicConfigs> change) {
        return view.topic(topic.id())
                .map(Topic::configs)
                .filter(configs -> !change.apply(configs).set().equals(configs.set()))
                .isEmpty();
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<?>> changes) {
        return CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new));
    }
}
