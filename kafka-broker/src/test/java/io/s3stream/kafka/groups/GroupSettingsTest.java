package io.s3stream.kafka.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Wrong settings are refused with the name, the value and a remedy. */
class GroupSettingsTest {

    @Test
    void settingsOfKafkaReachTheCoordinator() {
        GroupSettings settings = new GroupSettings(8, 1, Map.of("offsets.retention.minutes", "1"));
        assertThat(settings.kafka().offsetsRetentionMs()).isEqualTo(60_000);
    }

    @Test
    void wrongPartitionsAreRefused() {
        assertThatThrownBy(() -> new GroupSettings(0, 1, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partitions of __consumer_offsets=0")
                .hasMessageContaining("from 1 to");
    }

    @Test
    void unknownSettingIsRefused() {
        assertThatThrownBy(() -> new GroupSettings(8, 1, Map.of("offsets.retention", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offsets.retention=1")
                .hasMessageContaining("choose a name");
    }

    @Test
    void wrongValueIsRefused() {
        assertThatThrownBy(() -> new GroupSettings(8, 1, Map.of("offsets.retention.minutes", "never")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offsets.retention.minutes")
                .hasMessageContaining("never");
    }
}
