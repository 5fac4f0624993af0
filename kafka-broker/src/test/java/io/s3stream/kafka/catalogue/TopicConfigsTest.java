package io.s3stream.kafka.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicConfigsTest {

    @Test
    void defaultsAreThoseOfKafka() {
        TopicConfigs defaults = TopicConfigs.DEFAULTS;
        assertThat(defaults.retentionMs()).isEqualTo(604_800_000);
        assertThat(defaults.retentionBytes()).isEqualTo(-1);
        assertThat(defaults.maxMessageBytes()).isEqualTo(1_048_588);
        assertThat(defaults.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
        assertThat(defaults.isDeleted()).isTrue();
        assertThat(defaults.isCompacted()).isFalse();
    }

    @Test
    void everyKeyHasADefaultThatIsPermitted() {
        for (String key : TopicConfigKeys.all().keySet()) {
            assertThat(TopicConfigKeys.parse(key, TopicConfigKeys.defaultOf(key)))
                    .as(key)
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "retention.ms, -2",
        "retention.ms, week",
        "retention.bytes, 1.5",
        "cleanup.policy, ''",
        "cleanup.policy, 'delete,delete'",
        "max.message.bytes, 67108865",
        "message.timestamp.type, Now",
        "compression.type, zstd",
        "remote.storage.enable, true",
        "segment.bytes, 0",
        "message.format.version, 2.0"
    })
    void wrongValueIsRefusedWithKeyAndValue(String key, String value) {
        assertThatThrownBy(() -> TopicConfigs.of(Map.of(key, value)))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(key + "=" + value);
    }

    @Test
    void storedValueOfAnotherVersionIsKeptWithoutEffect() {
        Map<String, String> stored = Map.of("new.key", "1", TopicConfig.RETENTION_MS_CONFIG, "5");
        TopicConfigs configs = TopicConfigs.ofStored("topic", stored, TopicDefaults.KAFKA);
        assertThat(configs.set()).isEqualTo(stored);
        assertThat(configs.retentionMs()).isEqualTo(5);
    }
}
