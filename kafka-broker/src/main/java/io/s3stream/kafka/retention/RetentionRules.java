package io.s3stream.kafka.retention;

import io.s3stream.api.retention.RetentionPolicy;
import io.s3stream.kafka.catalogue.TopicConfigs;
import java.time.Duration;
import java.util.Optional;

/** The policy of a topic for the retention of its records. */
final class RetentionRules {

    private RetentionRules() {}

    /**
     * The policy of a topic, or nothing if it has no limit. A limit of 0 deletes all but the newest
     * batch, because the store keeps no limit of zero.
     */
    static Optional<RetentionPolicy> of(TopicConfigs configs) {
        boolean hasTime = configs.retentionMs() >= 0;
        boolean hasBytes = configs.retentionBytes() >= 0;
        if (!configs.isDeleted() || (!hasTime && !hasBytes)) {
            return Optional.empty();
        }
        Duration time = hasTime ? Duration.ofMillis(Math.max(1, configs.retentionMs())) : null;
        long bytes = hasBytes ? Math.max(1, configs.retentionBytes()) : 0;
        return Optional.of(new RetentionPolicy(time, bytes));
    }
}
