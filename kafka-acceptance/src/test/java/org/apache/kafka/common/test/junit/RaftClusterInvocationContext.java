package org.apache.kafka.common.test.junit;

import io.s3stream.kafka.acceptance.StoreCluster;
import java.util.List;
import org.apache.kafka.common.test.api.ClusterConfig;
import org.apache.kafka.common.test.api.Type;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/**
 * Stands before the class of this name in Kafka's test kit on the class path. A test that asks the kit for a cluster gets one of
 * our brokers. Owns the cluster of its invocation.
 */
public final class RaftClusterInvocationContext implements TestTemplateInvocationContext {

    private final String testName;
    private final ClusterConfig config;
    private final Type type;

    /** The signature that the kit calls. */
    public RaftClusterInvocationContext(String testName, ClusterConfig config, boolean isCombined) {
        this.testName = testName;
        this.config = config;
        this.type = isCombined ? Type.CO_KRAFT : Type.KRAFT;
    }

    @Override
    public String getDisplayName(int index) {
        return testName + "[" + index + "] " + String.join(",", config.displayTags());
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        StoreCluster cluster = new StoreCluster(config, type);
        return List.of(
                (ExecutionCondition) test -> condition(),
                (BeforeEachCallback) test -> {
                    if (config.isAutoStart()) {
                        cluster.start();
                    }
                },
                (AfterTestExecutionCallback) test -> cluster.stop(),
                (AfterEachCallback) test -> cluster.stop(), // a test whose preparation failed was not executed
                new ClusterInstanceParameterResolver(cluster));
    }

    private ConditionEvaluationResult condition() {
        return type == Type.CO_KRAFT && config.clusterTypes().contains(Type.KRAFT)
                ? ConditionEvaluationResult.disabled("there are no controllers, so both types are the same cluster")
                : ConditionEvaluationResult.enabled("a cluster of its own");
    }
}
