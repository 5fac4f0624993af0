package io.s3stream.kafka.access;

import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.kafka.catalogue.StreamPages;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the bindings of an authorizer equal to those of the metadata. It owns the map of bindings, and is confined to the
 * loop of the cluster. The authorizer gets all bindings of an update at once, so no request sees a part of a commit.
 */
public final class AclIndex {

    private static final Logger LOG = LoggerFactory.getLogger(AclIndex.class);

    private final StandardAuthorizer authorizer;
    private final Map<Long, StandardAcl> bindings = new HashMap<>();
    private final AtomicBoolean isLoaded = new AtomicBoolean();

    /** Whether the map lacks no update: an update that failed is followed by a reading of all bindings. */
    private boolean isCurrent;

    AclIndex(StandardAuthorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** Whether the bindings are known. Before, no request may be handled. Any thread may call this. */
    public boolean isLoaded() {
        return isLoaded.get();
    }

    /** Applies an update of the metadata. */
    public void apply(MetadataUpdate update) {
        boolean isChanged;
        boolean isNext = update.isComplete() && isCurrent;
        isCurrent = false;
        if (isNext) {
            isChanged = bindings.keySet().removeAll(update.deleted());
            isChanged |= put(update.snapshot(), update.created());
            isChanged |= put(update.snapshot(), update.changed());
        } else {
            reload(update.snapshot());
            isChanged = true;
        }
        if (isChanged) {
            Map<Uuid, StandardAcl> all = new HashMap<>();
            bindings.forEach((stream, binding) -> all.put(new Uuid(0, stream), binding));
            authorizer.loadSnapshot(all);
            LOG.info("event=acls-changed bindings={}", all.size());
        }
        isCurrent = true;
        if (!isLoaded.getAndSet(true)) {
            authorizer.completeInitialLoad();
        }
    }

    private boolean put(MetadataSnapshot snapshot, Collection<Long> ids) {
        boolean isChanged = false;
        for (long id : ids) {
            isChanged |= snapshot.stream(id).map(this::put).orElse(false);
        }
        return isChanged;
    }

    /** A binding whose tags have become unreadable is gone, as it is for a broker that starts later. */
    private boolean put(StreamInfo stream) {
        Optional<StandardAcl> binding = stream.name().startsWith(AclTags.PREFIX)
                ? AclTags.decode(stream).map(StandardAcl::fromAclBinding)
                : Optional.empty();
        StandardAcl before =
                binding.isPresent() ? bindings.put(stream.id(), binding.get()) : bindings.remove(stream.id());
        return !Objects.equals(before, binding.orElse(null));
    }

    private void reload(MetadataSnapshot snapshot) {
        bindings.clear();
        StreamPages.forEach(snapshot, AclTags.PREFIX, this::put);
    }

    /** Whether all these streams are bindings that the authorizer has. */
    public boolean hasAll(Collection<Long> streams) {
        return bindings.keySet().containsAll(streams);
    }

    /** Whether the authorizer has no binding of these streams. */
    public boolean hasNone(Collection<Long> streams) {
        return streams.stream().noneMatch(bindings::containsKey);
    }
}
