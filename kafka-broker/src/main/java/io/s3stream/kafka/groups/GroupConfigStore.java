package io.s3stream.kafka.groups;

import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ChangeRefusedException;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.kafka.catalogue.Conflicts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Changes the configurations of groups in the store's metadata. A configuration is an empty stream with tags, and exists
 * while it has a value. Has no state of its own. Thread-safe. Futures fail as the store's methods do.
 */
public final class GroupConfigStore {

    private final StreamStore store;
    private final GroupConfigs configs;

    /** @param configs checks the values */
    public GroupConfigStore(StreamStore store, GroupConfigs configs) {
        this.store = store;
        this.configs = configs;
    }

    /** The configurations as this broker applies them. */
    public GroupConfigs configs() {
        return configs;
    }

    /**
     * Changes the configuration of a group, which need not exist. The change begins again if another broker was faster.
     *
     * @param change maps the present values to the next ones; may be called several times
     * @return fails with {@link org.apache.kafka.common.errors.InvalidConfigurationException} if the next values are
     *     wrong, with {@link ConflictException} after many conflicts, and as {@code change} does
     */
    public CompletableFuture<Void> configure(String group, UnaryOperator<Map<String, String>> change) {
        return Conflicts.repeated(
                () -> store.findStream(GroupConfigTags.streamName(group))
                        .thenCompose(found -> store.commit(changes(group, found, change)))
                        .thenAccept(committed -> {}),
                GroupConfigStore::isLost);
    }

    private static boolean isLost(Throwable failure) {
        Throwable reason = failure instanceof ChangeRefusedException ? failure.getCause() : failure;
        return reason instanceof ConflictException || reason instanceof StreamNotFoundException;
    }

    /** The changes of one commit, which is refused if another broker has changed the tags since they were read. */
    private List<MetadataChange> changes(
            String group, Optional<StreamInfo> found, UnaryOperator<Map<String, String>> change) {
        Map<String, String> present = found.flatMap(GroupConfigTags::decode)
                .map(GroupConfigTags::configs)
                .orElse(Map.of());
        GroupConfigTags next = new GroupConfigTags(group, change.apply(present));
        configs.check(group, next.configs());
        if (found.isEmpty()) {
            return next.configs().isEmpty()
                    ? List.of()
                    : List.of(MetadataChange.create(GroupConfigTags.streamName(group), next.encoded()));
        }
        StreamInfo stream = found.get();
        MetadataChange replaced = MetadataChange.updateTags(stream.id(), stream.tags(), next.encoded());
        return next.configs().isEmpty() ? List.of(replaced, MetadataChange.delete(stream.id())) : List.of(replaced);
    }
}
