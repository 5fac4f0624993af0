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
import java.util.function.Function;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;

/** The next configuration of a topic or a group: pure functions of the present one and a request. */
final class ConfigChange {

    private ConfigChange() {}

    /**
     * Applies changes of single keys of a topic.
     *
     * @throws InvalidConfigurationException names key, value and remedy
     * @throws InvalidRequestException a key is named twice
     */
    static TopicConfigs incremental(TopicConfigs present, Collection<AlterableConfig> changes) {
        return present.with(applied(present.set(), changes, change -> elements(present, change)));
    }

    /**
     * Applies changes of single keys of a group. The caller checks the values.
     *
     * @throws InvalidConfigurationException names key, value and remedy, for a change of a list: a group has no list
     * @throws InvalidRequestException a key is named twice
     */
    static Map<String, String> incremental(Map<String, String> present, Collection<AlterableConfig> changes) {
        return applied(present, changes, change -> {
            throw new InvalidConfigurationException(
                    change.name() + "=" + change.value() + ": no key of a group is a list; use SET");
        });
    }

    /** @param elements of the present list that a change adds to or takes from */
    private static Map<String, String> applied(
            Map<String, String> present,
            Collection<AlterableConfig> changes,
            Function<AlterableConfig, List<String>> elements) {
        Map<String, String> next = new HashMap<>(present);
        Set<String> keys = new HashSet<>();
        for (AlterableConfig change : changes) {
            if (!keys.add(change.name())) {
                throw new InvalidRequestException("the request changes " + change.name() + " more than once");
            }
            apply(next, elements, change);
        }
        return next;
    }

    private static void apply(
            Map<String, String> next, Function<AlterableConfig, List<String>> present, AlterableConfig change) {
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
                List<String> elements = present.apply(change);
                for (String added : given(change).split("\\s*,\\s*")) {
                    if (!elements.contains(added)) {
                        elements.add(added);
                    }
                }
                next.put(key, String.join(",", elements));
            }
            case SUBTRACT -> {
                List<String> elements = present.apply(change);
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
     * All values after a replacement, as the older AlterConfigs asks for it. The caller checks the values.
     *
     * @throws InvalidConfigurationException names key, value and remedy
     */
    static Map<String, String> replacement(Collection<AlterConfigsRequestData.AlterableConfig> configs) {
        Map<String, String> next = new HashMap<>();
        for (AlterConfigsRequestData.AlterableConfig config : configs) {
            if (config.value() == null) {
                throw new InvalidConfigurationException(
                        config.name() + "=null: must have a value; omit the key for its default");
            }
            next.put(config.name(), config.value());
        }
        return next;
    }
}
