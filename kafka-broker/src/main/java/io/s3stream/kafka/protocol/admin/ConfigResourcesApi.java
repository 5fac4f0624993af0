package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupConfigs;
import io.s3stream.kafka.net.KafkaResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.common.requests.ListConfigResourcesResponse;
import org.apache.kafka.common.requests.RequestContext;

/** ListConfigResources: all topics and brokers, and the groups that have a configuration. */
final class ConfigResourcesApi {

    private final Cluster cluster;
    private final GroupConfigs groups;
    private final Access access;

    ConfigResourcesApi(Cluster cluster, GroupConfigs groups, Access access) {
        this.cluster = cluster;
        this.groups = groups;
        this.access = access;
    }

    CompletableFuture<KafkaResponse> list(RequestContext context, ListConfigResourcesRequest request) {
        access.requireCluster(context, AclOperation.DESCRIBE_CONFIGS);
        Set<Byte> wanted = new HashSet<>(request.data().resourceTypes());
        if (wanted.isEmpty()) {
            wanted.addAll(request.supportedResourceTypes());
        } else if (!request.supportedResourceTypes().containsAll(wanted)) {
            throw new UnsupportedVersionException("resource types " + wanted + ": version " + request.version()
                    + " lists only " + request.supportedResourceTypes());
        }
        ListConfigResourcesResponseData data = new ListConfigResourcesResponseData();
        if (wanted.contains(ConfigResource.Type.TOPIC.id())) {
            cluster.view().topics().forEach(topic -> add(data, ConfigResource.Type.TOPIC, topic.name()));
        }
        if (wanted.contains(ConfigResource.Type.BROKER.id())) {
            cluster.view()
                    .brokers()
                    .forEach(broker -> add(data, ConfigResource.Type.BROKER, Integer.toString(broker.id())));
        }
        if (wanted.contains(ConfigResource.Type.GROUP.id())) {
            groups.groups().forEach(group -> add(data, ConfigResource.Type.GROUP, group));
        }
        return CompletableFuture.completedFuture(KafkaResponse.of(new ListConfigResourcesResponse(data)));
    }

    private static void add(ListConfigResourcesResponseData data, ConfigResource.Type type, String name) {
        data.configResources()
                .add(new ListConfigResourcesResponseData.ConfigResource()
                        .setResourceType(type.id())
                        .setResourceName(name));
    }
}
