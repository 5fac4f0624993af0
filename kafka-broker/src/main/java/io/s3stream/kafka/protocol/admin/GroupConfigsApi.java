package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupConfigStore;
import io.s3stream.kafka.groups.GroupConfigs;
import io.s3stream.kafka.groups.GroupSettings;
import io.s3stream.kafka.protocol.ConfigDescription;
import io.s3stream.kafka.protocol.StoreErrors;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.coordinator.group.GroupConfig;

/** The part of the requests about configurations that is about groups. A group need not exist. */
final class GroupConfigsApi {

    private static final GroupConfig KAFKA = new GroupConfig(Map.of());

    private final GroupConfigStore store;
    private final GroupSettings settings;
    private final Cluster cluster;

    /** @param settings of this broker, which are the defaults of groups */
    GroupConfigsApi(GroupConfigStore store, GroupSettings settings, Cluster cluster) {
        this.store = store;
        this.settings = settings;
        this.cluster = cluster;
    }

    /** Changes the configuration of a group. Completes when this broker applies it. The future does not fail. */
    CompletableFuture<ApiError> change(
            String group, UnaryOperator<Map<String, String>> change, boolean isOnlyValidated) {
        if (group.isEmpty()) {
            return CompletableFuture.completedFuture(noName());
        }
        GroupConfigs configs = store.configs();
        CompletableFuture<Void> changed;
        try {
            configs.check(group, change.apply(configs.of(group)));
            changed = isOnlyValidated
                    ? CompletableFuture.completedFuture(null)
                    : cluster.change(
                            store.configure(group, change),
                            view -> change.apply(configs.of(group)).equals(configs.of(group)));
        } catch (ApiException e) {
            changed = CompletableFuture.failedFuture(e);
        }
        return changed.handle((nothing, error) ->
                error == null ? ApiError.NONE : new ApiError(StoreErrors.ofChange(error), StoreErrors.message(error)));
    }

    static ApiError noName() {
        return new ApiError(Errors.INVALID_REQUEST, "the resource is a group without a name: name the group");
    }

    /** All keys that a group can have here, in their order. */
    static Iterable<String> keys() {
        TreeSet<String> keys = new TreeSet<>(GroupConfig.configNames());
        keys.removeIf(key -> !GroupConfigs.isKey(key));
        return keys;
    }

    /** Describes a key of a group. */
    DescribeConfigsResourceResult describe(String group, String key, DescribeConfigsRequestData request) {
        ConfigDef.Type type = GroupConfig.configType(key).orElseThrow();
        String standard = ConfigDef.convertToString(KAFKA.values().get(key), type);
        Optional<String> property = GroupConfig.brokerSynonym(key);
        Optional<String> ofBroker = property.map(settings.coordinator()::get);
        Optional<String> set = Optional.ofNullable(store.configs().of(group).get(key));
        DescribeConfigsResourceResult described = new DescribeConfigsResourceResult()
                .setName(key)
                .setValue(set.or(() -> ofBroker).orElse(standard))
                .setConfigSource(source(set, ofBroker).id())
                .setConfigType(ConfigDescription.type(type).id())
                .setDocumentation(request.includeDocumentation() ? KAFKA.documentationOf(key) : null);
        if (request.includeSynonyms()) {
            String name = property.orElse(key);
            set.ifPresent(value -> described.synonyms().add(synonym(key, value, ConfigSource.GROUP_CONFIG)));
            ofBroker.ifPresent(
                    value -> described.synonyms().add(synonym(name, value, ConfigSource.STATIC_BROKER_CONFIG)));
            described.synonyms().add(synonym(name, standard, ConfigSource.DEFAULT_CONFIG));
        }
        return described;
    }

    private static ConfigSource source(Optional<String> set, Optional<String> ofBroker) {
        if (set.isPresent()) {
            return ConfigSource.GROUP_CONFIG;
        }
        return ofBroker.isPresent() ? ConfigSource.STATIC_BROKER_CONFIG : ConfigSource.DEFAULT_CONFIG;
    }

    private static DescribeConfigsSynonym synonym(String name, String value, ConfigSource source) {
        return new DescribeConfigsSynonym().setName(name).setValue(value).setSource(source.id());
    }
}
