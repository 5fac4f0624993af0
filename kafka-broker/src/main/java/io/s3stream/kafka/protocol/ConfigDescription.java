package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.TopicConfigKeys;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.catalogue.TopicDefaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;

/** The configuration of a topic, as responses describe it. */
public final class ConfigDescription {

    private ConfigDescription() {}

    /** For the answer of CreateTopics: the set values, and the defaults of all other keys. */
    static List<CreatableTopicConfigs> ofNewTopic(TopicConfigs configs) {
        List<CreatableTopicConfigs> described = new ArrayList<>();
        for (String key : TopicConfigKeys.all().keySet()) {
            described.add(new CreatableTopicConfigs()
                    .setName(key)
                    .setValue(configs.text(key))
                    .setConfigSource(source(configs, key).id()));
        }
        return described;
    }

    /** Describes a key for the answer of DescribeConfigs. */
    public static DescribeConfigsResourceResult of(
            TopicConfigs configs, String key, boolean withSynonyms, boolean withDocumentation) {
        ConfigDef.ConfigKey definition = TopicConfigKeys.definition(key);
        DescribeConfigsResourceResult described = new DescribeConfigsResourceResult()
                .setName(key)
                .setValue(configs.text(key))
                .setConfigSource(source(configs, key).id())
                .setConfigType(type(definition.type).id())
                .setDocumentation(withDocumentation ? definition.documentation : null);
        if (withSynonyms) {
            if (configs.set().containsKey(key)) {
                described.synonyms().add(synonym(key, configs.text(key), ConfigSource.TOPIC_CONFIG));
            }
            described.synonyms().addAll(synonyms(configs.defaults(), key));
        }
        return described;
    }

    /** The default of a key by the name that a broker has for it, and Kafka's default. */
    private static List<DescribeConfigsSynonym> synonyms(TopicDefaults defaults, String key) {
        String property = TopicConfigKeys.brokerProperty(key).orElse(key);
        DescribeConfigsSynonym ofKafka = synonym(property, TopicConfigKeys.defaultOf(key), ConfigSource.DEFAULT_CONFIG);
        return defaults.isSet(key)
                ? List.of(synonym(property, defaults.text(key), ConfigSource.STATIC_BROKER_CONFIG), ofKafka)
                : List.of(ofKafka);
    }

    private static DescribeConfigsSynonym synonym(String key, String value, ConfigSource source) {
        return new DescribeConfigsSynonym().setName(key).setValue(value).setSource(source.id());
    }

    private static ConfigSource source(TopicConfigs configs, String key) {
        return configs.set().containsKey(key) ? ConfigSource.TOPIC_CONFIG : source(configs.defaults(), key);
    }

    private static ConfigSource source(TopicDefaults defaults, String key) {
        return defaults.isSet(key) ? ConfigSource.STATIC_BROKER_CONFIG : ConfigSource.DEFAULT_CONFIG;
    }

    /**
     * Describes the default of a key as a property of the broker, by Kafka's name, such as {@code log.retention.ms}.
     *
     * @return nothing if a broker has no such property
     */
    public static Optional<DescribeConfigsResourceResult> ofDefault(
            TopicDefaults defaults, String key, DescribeConfigsRequestData request) {
        ConfigDef.ConfigKey definition = TopicConfigKeys.definition(key);
        return TopicConfigKeys.brokerProperty(key)
                .map(property -> new DescribeConfigsResourceResult()
                        .setName(property)
                        .setValue(defaults.text(key))
                        .setReadOnly(true)
                        .setConfigSource(source(defaults, key).id())
                        .setConfigType(type(definition.type).id())
                        .setDocumentation(request.includeDocumentation() ? definition.documentation : null)
                        .setSynonyms(request.includeSynonyms() ? synonyms(defaults, key) : List.of()));
    }

    /** Describes a property that an option of the broker sets. */
    public static DescribeConfigsResourceResult ofOption(
            String property, Object value, DescribeConfigsRequestData request) {
        String text = String.valueOf(value);
        return new DescribeConfigsResourceResult()
                .setName(property)
                .setValue(text)
                .setReadOnly(true)
                .setConfigSource(ConfigSource.STATIC_BROKER_CONFIG.id())
                .setConfigType(type(typeOf(value)).id())
                .setSynonyms(
                        request.includeSynonyms()
                                ? List.of(synonym(property, text, ConfigSource.STATIC_BROKER_CONFIG))
                                : List.of());
    }

    private static ConfigDef.Type typeOf(Object value) {
        if (value instanceof Integer) {
            return ConfigDef.Type.INT;
        }
        if (value instanceof Long) {
            return ConfigDef.Type.LONG;
        }
        return value instanceof Boolean ? ConfigDef.Type.BOOLEAN : ConfigDef.Type.STRING;
    }

    /** The protocol's type for a type of a definition. */
    public static ConfigType type(ConfigDef.Type type) {
        return ConfigType.valueOf(type.name());
    }
}
