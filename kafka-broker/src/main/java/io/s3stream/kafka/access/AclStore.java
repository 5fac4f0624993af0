package io.s3stream.kafka.access;

import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ChangeRefusedException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.kafka.catalogue.StreamPages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.acl.AclBinding;

/**
 * Reads and changes the bindings in the store's metadata. Each binding is an empty stream with tags. Has no state of its
 * own. Thread-safe. Futures fail as the store's methods do.
 */
public final class AclStore {

    /** The maximum number of bindings that one call changes: they are one commit. */
    public static final int MAX_CHANGES = MetadataChange.MAX_CHANGES;

    /** The maximum length of resource name, principal and host together, so that a full commit is within its limit. */
    public static final int MAX_CHARACTERS = 1 << 10;

    private final StreamStore store;

    public AclStore(StreamStore store) {
        this.store = store;
    }

    /** All bindings at this moment, by the ids of their streams. */
    public CompletableFuture<Map<Long, AclBinding>> all() {
        return StreamPages.list(store, AclTags.PREFIX).thenApply(streams -> {
            Map<Long, AclBinding> found = new LinkedHashMap<>();
            streams.forEach(stream -> AclTags.decode(stream).ifPresent(binding -> found.put(stream.id(), binding)));
            return found;
        });
    }

    /** Creates bindings, all in one commit. Existing ones stay. Completes with the ids of their streams. */
    public CompletableFuture<List<Long>> create(Collection<AclBinding> bindings) {
        return store.commit(bindings.stream()
                .distinct()
                .map(binding -> MetadataChange.create(AclTags.streamName(binding), AclTags.encode(binding)))
                .toList());
    }

    /** Deletes bindings, all in one commit. Bindings that another broker has deleted are left out. */
    public CompletableFuture<Void> delete(Set<Long> streams) {
        return delete(new ArrayList<>(streams));
    }

    private CompletableFuture<Void> delete(List<Long> streams) {
        return store.commit(streams.stream().map(MetadataChange::delete).toList())
                .handle((done, error) -> {
                    if (error == null) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
                    if (cause instanceof ChangeRefusedException refused
                            && refused.getCause() instanceof StreamNotFoundException) {
                        List<Long> left = new ArrayList<>(streams);
                        left.remove(refused.index());
                        return delete(left);
                    }
                    return CompletableFuture.<Void>failedFuture(cause);
                })
                .thenCompose(next -> next);
    }
}
