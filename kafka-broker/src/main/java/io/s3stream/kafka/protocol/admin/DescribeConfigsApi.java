package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigKeys;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.ConfigDescription;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.common.requests.RequestContext;

/** DescribeConfigs of topics, of groups and of this broker. */
final class DescribeConfigsApi {

    private final Cluster cluster;
    private final BrokerProperties properties;
    private final GroupConfigsApi groups;
    private final Access access;

    DescribeConfigsApi(Cluster cluster, BrokerProperties properties, GroupConfigsApi groups, Access access) {
        this.groups = groups;
        this.access = access;
        this.cluster = cluster;
        this.properties = properties;
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, DescribeConfigsRequest request) {
        DescribeConfigsResponseData data = new DescribeConfigsResponseData();
        for (DescribeConfigsResource resource : request.data().resources()) {
            DescribeConfigsResult result = new DescribeConfigsResult()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName());
            Errors refused = ConfigAccess.check(
                    access, context, AclOperation.DESCRIBE_CONFIGS, resource.resourceType(), resource.resourceName());
            if (refused == Errors.NONE) {
                describe(resource, request.data(), result);
            } else {
                fail(result, refused, refused.message());
            }
            data.results().add(result);
        }
        return CompletableFuture.completedFuture(KafkaResponse.of(new DescribeConfigsResponse(data)));
    }

    private void describe(
            DescribeConfigsResource resource, DescribeConfigsRequestData request, DescribeConfigsResult result) {
        switch (ConfigResource.Type.forId(resource.resourceType())) {
            case TOPIC -> describeTopic(resource, request, result);
            case BROKER -> describeBroker(resource, request, result);
            case GROUP -> describeGroup(resource, request, result);
            default ->
                fail(
                        result,
                        Errors.INVALID_REQUEST,
                        "resource type " + resource.resourceType()
                                + ": only topics, groups and brokers have configurations here");
        }
    }

    private void describeTopic(
            DescribeConfigsResource resource, DescribeConfigsRequestData request, DescribeConfigsResult result) {
        Optional<Topic> topic = cluster.view().topic(resource.resourceName());
        if (topic.isEmpty()) {
            fail(result, Errors.UNKNOWN_TOPIC_OR_PARTITION, "topic " + resource.resourceName() + " does not exist");
            return;
        }
        for (String key : TopicConfigKeys.all().keySet()) {
            if (isWanted(resource, key)) {
                result.configs()
                        .add(ConfigDescription.of(
                                topic.get().configs(), key, request.includeSynonyms(), request.includeDocumentation()));
            }
        }
    }

    private void describeGroup(
            DescribeConfigsResource resource, DescribeConfigsRequestData request, DescribeConfigsResult result) {
        if (resource.resourceName().isEmpty()) {
            ApiError error = GroupConfigsApi.noName();
            fail(result, error.error(), error.message());
            return;
        }
        for (String key : GroupConfigsApi.keys()) {
            if (isWanted(resource, key)) {
                result.configs().add(groups.describe(resource.resourceName(), key, request));
            }
        }
    }

    private void describeBroker(
            DescribeConfigsResource resource, DescribeConfigsRequestData request, DescribeConfigsResult result) {
        String id = Integer.toString(properties.brokerId());
        if (resource.resourceName().isEmpty()) {
            return; // the defaults of the whole cluster: there are none
        }
        if (!resource.resourceName().equals(id)) {
            fail(result, Errors.INVALID_REQUEST, "broker " + resource.resourceName() + ": this is broker " + id);
            return;
        }
        new TreeMap<>(properties.values()).forEach((key, value) -> {
            if (isWanted(resource, key)) {
                result.configs().add(ConfigDescription.ofOption(key, value, request));
            }
        });
        for (String key : TopicConfigKeys.all().keySet()) {
            ConfigDescription.ofDefault(properties.topics(), key, request)
                    .filter(described -> isWanted(resource, described.name()))
                    .ifPresent(result.configs()::add);
        }
    }

    /** An absent or empty list of keys asks for all. */
    private static boolean isWanted(DescribeConfigsResource resource, String key) {
        List<String> keys = resource.configurationKeys();
        return keys == null || keys.isEmpty() || keys.contains(key);
    }

    private static void fail(DescribeConfigsResult result, Errors error, String message) {
        result.setErrorCode(error.code()).setErrorMessage(message);
    }
}
