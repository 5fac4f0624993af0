package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.catalogue.TopicConfigKeys;
import io.s3stream.kafka.catalogue.TopicConfigs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;

/** The next configuration of a topic: pure functions of the present one and a request. */
final class ConfigChange {

    private ConfigChange() {}

    /**
     * Applies changes of single keys.
     *
     * @throws InvalidConfigurationException names key, value and remedy
     * @throws InvalidRequestException a key is named twice
     */
    static TopicConfigs incremental(TopicConfigs present, Collection<AlterableConfig> changes) {
        Map<String, String> next = new HashMap<>(present.set());
        Set<String> keys = new HashSet<>();
        for (AlterableConfig change : changes) {
            if (!keys.add(change.name())) {
                throw new InvalidRequestException("the request changes " + change.name() + " more than once");
            }
            apply(next, present, change);
        }
        return present.with(next);
    }

    private static void apply(Map<String, String> next, TopicConfigs present, AlterableConfig change) {
        String key = change.name();
        OpType operation = OpType.forId(change.configOperation());
        if (operation == null) {
            throw new InvalidRequestException(
                    key + ": operation " + change.configOperation() + " is unknown; use 0 to 3");
        }
        switch (operation) {
            case SET -> next.put(key, given(change));
            case DELETE -> next.remove(key);
            case APPEND -> {
                List<String> elements = elements(present, change);
                for (String added : given(change).split("\\s*,\\s*")) {
                    if (!elements.contains(added)) {
                        elements.add(added);
                    }
                }
                next.put(key, String.join(",", elements));
            }
            case SUBTRACT -> {
                List<String> elements = elements(present, change);
                elements.removeAll(List.of(given(change).split("\\s*,\\s*")));
                next.put(key, String.join(",", elements));
            }
        }
    }

    private static String given(AlterableConfig change) {
        if (change.value() == null) {
            throw new InvalidConfigurationException(
                    change.name() + "=null: must have a value; use the operation DELETE for the default");
        }
        return change.value();
    }

    private static List<String> elements(TopicConfigs present, AlterableConfig change) {
        ConfigKey definition = TopicConfigKeys.all().get(change.name());
        if (definition == null || definition.type != Type.LIST) {
            throw new InvalidConfigurationException(change.name() + "=" + change.value()
                    + ": APPEND and SUBTRACT need a key whose value is a list, such as cleanup.policy; use SET");
        }
        return new ArrayList<>(List.of(present.text(change.name()).split("\\s*,\\s*")));
    }

    /**
     * Replaces all values, as the older AlterConfigs does.
     *
     * @throws InvalidConfigurationException names key, value and remedy
     */
    static TopicConfigs replacement(TopicConfigs present, Collection<AlterConfigsRequestData.AlterableConfig> configs) {
        Map<String, String> next = new HashMap<>();
        for (AlterConfigsRequestData.AlterableConfig config : configs) {
            next.put(config.name(), config.value());
        }
        return present.with(next);
    }
}
