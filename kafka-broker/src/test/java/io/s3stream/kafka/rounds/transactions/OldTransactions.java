package io.s3stream.kafka.rounds.transactions;

import java.lang.reflect.Field;
import java.util.List;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.NodeApiVersions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;

/**
 * Makes a producer use transactions of version 1, as if the feature {@code transaction.version} were finalized at this level.
 * The producer keeps the features with the highest epoch that it has seen, and these have the highest that exists.
 */
final class OldTransactions {

    private static final String FEATURES = "features";

    private OldTransactions() {}

    static void use(KafkaProducer<?, ?> producer) {
        FinalizedFeatureKey version = new FinalizedFeatureKey()
                .setName("transaction.version")
                .setMinVersionLevel((short) 1)
                .setMaxVersionLevel((short) 1);
        try {
            Field field = KafkaProducer.class.getDeclaredField("apiVersions");
            field.setAccessible(true);
            ApiVersions versions = (ApiVersions) field.get(producer);
            versions.update(FEATURES, new NodeApiVersions(List.of(), List.of(), List.of(version), Long.MAX_VALUE));
            versions.remove(FEATURES);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the producer has no field for the features of its brokers", e);
        }
    }
}
