package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.metadata.MetadataWatch;
import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.access.AccessConfig;
import io.s3stream.kafka.access.AclIndex;
import io.s3stream.kafka.access.AclStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bindings as streams of the store. */
class AclStoreTest {

    @TempDir
    Path dir;

    private static AclBinding binding(ResourceType type, String name, PatternType pattern, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry("User:CN=größe,O=a", "10.0.0.1", operation, AclPermissionType.DENY));
    }

    private static List<AclBinding> ofAllKinds() {
        List<AclBinding> all = new ArrayList<>();
        for (ResourceType type : ResourceType.values()) {
            for (PatternType pattern : List.of(PatternType.LITERAL, PatternType.PREFIXED)) {
                if (type != ResourceType.ANY && type != ResourceType.UNKNOWN) {
                    all.add(binding(type, "name", pattern, AclOperation.ALL));
                }
            }
        }
        for (AclOperation operation : AclOperation.values()) {
            if (operation != AclOperation.ANY && operation != AclOperation.UNKNOWN) {
                all.add(binding(ResourceType.TOPIC, "operated", PatternType.LITERAL, operation));
            }
        }
        return all;
    }

    @Test
    void bindingsOfAllKindsAreReadAsTheyWereWritten() throws IOException {
        try (Broker broker = TestBrokers.start(dir)) {
            AclStore bindings = new AclStore(broker.store());
            assertThat(bindings.create(ofAllKinds()).join()).doesNotHaveDuplicates();
            assertThat(bindings.all().join().values()).containsExactlyInAnyOrderElementsOf(ofAllKinds());
        }
    }

    @Test
    void bindingThatAnotherBrokerHasDeletedIsLeftOut() throws IOException {
        try (Broker broker = TestBrokers.start(dir)) {
            AclStore bindings = new AclStore(broker.store());
            List<Long> ids = bindings.create(ofAllKinds().subList(0, 3)).join();
            bindings.delete(Set.of(ids.get(1))).join();
            bindings.delete(Set.of(ids.get(0), ids.get(1))).join();
            assertThat(bindings.all().join()).containsOnlyKeys(ids.get(2));
        }
    }

    /** A broker that starts later reads no binding from such tags, and all brokers must decide alike. */
    @Test
    void bindingWhoseTagsBecomeUnreadableIsGone() throws IOException {
        try (Broker broker = TestBrokers.start(dir);
                Access access = Access.of(new AccessConfig(Set.of("admin"), false), count -> {})) {
            AclIndex index = access.follow().orElseThrow();
            long id = new AclStore(broker.store())
                    .create(ofAllKinds().subList(0, 1))
                    .join()
                    .get(0);
            AtomicBoolean isKnown = new AtomicBoolean();
            try (MetadataWatch watch = broker.store().watch("kafka/", update -> {
                index.apply(update);
                isKnown.set(index.hasAll(List.of(id)));
            })) {
                await().untilTrue(isKnown);
                Map<String, String> tags =
                        broker.store().describeStream(id).join().orElseThrow().tags();
                broker.store().updateTags(id, tags, Map.of("type", "?")).join();
                await().untilFalse(isKnown);
                broker.store().updateTags(id, Map.of("type", "?"), tags).join();
                await().untilTrue(isKnown);
            }
        }
    }
}
