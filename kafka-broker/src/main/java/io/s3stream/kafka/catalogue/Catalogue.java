package io.s3stream.kafka.catalogue;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.StreamInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * Reads and changes the catalogue in the store's metadata. Has no state of its own. Thread-safe. Futures fail as the
 * store's methods do.
 *
 * <p>A large change takes several commits, and a broker may die between two of them. The topic's own stream is the
 * truth: it is created first and deleted first. {@link #repair} creates missing streams of a topic and deletes streams
 * without one.
 */
public final class Catalogue {

    /** Each partition has two streams, and the topic has one. */
    private static final int PARTITIONS_IN_COMMIT = (MetadataChange.MAX_CHANGES - 1) / 2;

    private final StreamStore store;
    private final Supplier<Uuid> ids;

    public Catalogue(StreamStore store) {
        this(store, Uuid::randomUuid);
    }

    /** @param ids of new topics; each must be unique */
    public Catalogue(StreamStore store, Supplier<Uuid> ids) {
        this.store = store;
        this.ids = ids;
    }

    private CompletableFuture<CatalogueListing> listing() {
        return StreamPages.list(store, StreamName.PREFIX)
                .thenApply(streams -> new CatalogueListing(streams, TopicDefaults.KAFKA));
    }

    /**
     * Creates a topic. Of several brokers that create one name at the same time, one succeeds.
     *
     * @return completes with its id; fails with {@link io.s3stream.api.errors.AlreadyExistsException} if there is one
     *     of that name
     */
    public CompletableFuture<Uuid> create(String name, int partitions, TopicConfigs configs) {
        TopicTags tags = new TopicTags(ids.get(), partitions, configs.set());
        int first = Math.min(partitions, PARTITIONS_IN_COMMIT);
        List<MetadataChange> changes = new ArrayList<>();
        changes.add(MetadataChange.create(new StreamName.OfTopic(name).text(), tags.encoded()));
        logs(tags.id(), 0, first).forEach(log -> changes.add(MetadataChange.create(log.name(), log.tags())));
        CompletableFuture<?> created = store.commit(changes);
        if (first < partitions) {
            created = created.thenCompose(some -> store.createStreams(logs(tags.id(), first, partitions)));
        }
        return created.thenApply(all -> tags.id());
    }

    /**
     * Adds partitions to a topic, so that it has {@code count}.
     *
     * @return fails with {@link ConflictException} if another broker has added partitions since {@code topic} was read
     */
    public CompletableFuture<Void> grow(Topic topic, int count) {
        int present = topic.partitions().size();
        return store.createStreams(logs(topic.id(), present, count))
                .thenCompose(logs -> change(topic, tags -> {
                    if (tags.partitions() != present) {
                        throw new PartitionsChangedException("topic " + topic.name() + " has " + tags.partitions()
                                + " partitions, and had " + present + " when the request was checked; try again");
                    }
                    return new TopicTags(tags.id(), count, tags.configs());
                }));
    }

    /**
     * Changes the configuration of a topic. The change begins again if another broker was faster.
     *
     * @param change maps the present configuration to the next one; may be called several times
     * @return fails with {@link StreamNotFoundException} if the topic does not exist, with {@link ConflictException}
     *     after many conflicts, and as {@code change} does
     */
    public CompletableFuture<Void> configure(Topic topic, UnaryOperator<TopicConfigs> change) {
        return change(
                topic,
                tags -> new TopicTags(
                        tags.id(),
                        tags.partitions(),
                        change.apply(TopicConfigs.ofStored(
                                        topic.name(),
                                        tags.configs(),
                                        topic.configs().defaults()))
                                .set()));
    }

    /** Replaces the tags unless another broker has changed them since {@code change} saw them. */
    private CompletableFuture<Void> change(Topic topic, UnaryOperator<TopicTags> change) {
        return Conflicts.repeated(
                () -> store.describeStream(topic.streamId()).thenCompose(found -> replace(topic, found, change)),
                failure -> failure instanceof ConflictException && !(failure instanceof PartitionsChangedException));
    }

    private CompletableFuture<Void> replace(Topic topic, Optional<StreamInfo> found, UnaryOperator<TopicTags> change) {
        if (found.isEmpty()) {
            throw new StreamNotFoundException("topic " + topic.name() + " was deleted");
        }
        TopicTags present = TopicTags.decode(found.get().tags())
                .orElseThrow(() -> new IllegalStateException("the tags of the stream "
                        + found.get().name() + " do not describe a topic any longer; correct them"));
        TopicTags next = change.apply(present);
        return next.equals(present)
                ? CompletableFuture.completedFuture(null)
                : store.updateTags(topic.streamId(), found.get().tags(), next.encoded());
    }

    /** Deletes a topic. Logs that other brokers have open are deleted by those brokers' {@link #repair}. */
    public CompletableFuture<Void> delete(Topic topic) {
        return store.deleteStream(topic.streamId())
                .thenCompose(deleted -> deleteLogs(topic.partitions().stream()
                        .flatMap(partition -> Stream.of(partition.streamId(), partition.producersStreamId()))
                        .toList()));
    }

    /**
     * Completes the changes of brokers that died: creates missing logs, and deletes the logs of deleted topics unless
     * another broker has them open. Harmless while other brokers change the catalogue. Deletes nothing while a topic has
     * unreadable tags, since its logs look like those of a deleted topic.
     *
     * @param broker this broker, which may delete the logs that it has open
     * @return completes with the number of streams that were created or deleted
     */
    public CompletableFuture<Integer> repair(int broker) {
        return listing().thenCompose(listing -> {
            List<CreateOptions> missing = new ArrayList<>();
            listing.incomplete().forEach(tags -> missing.addAll(logs(tags.id(), 0, tags.partitions())));
            List<Long> orphans = listing.orphans(broker);
            CompletableFuture<?> created =
                    missing.isEmpty() ? CompletableFuture.completedFuture(null) : store.createStreams(missing);
            return created.thenCompose(done -> deleteLogs(orphans)).thenApply(done -> missing.size() + orphans.size());
        });
    }

    private CompletableFuture<Void> deleteLogs(List<Long> streams) {
        return CompletableFuture.allOf(streams.stream()
                .map(stream -> store.deleteStream(stream).exceptionally(Catalogue::ifDeletedByAnotherBroker))
                .toArray(CompletableFuture[]::new));
    }

    private static Void ifDeletedByAnotherBroker(Throwable error) {
        Throwable cause = unwrapped(error);
        if (cause instanceof StreamNotFoundException || cause instanceof StreamOpenElsewhereException) {
            return null;
        }
        throw new CompletionException(cause);
    }

    static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    private static List<CreateOptions> logs(Uuid topic, int from, int to) {
        List<CreateOptions> streams = new ArrayList<>();
        for (int index = from; index < to; index++) {
            streams.add(new CreateOptions(new StreamName.OfLog(topic, index).text(), Map.of()));
            streams.add(new CreateOptions(new StreamName.OfProducers(topic, index).text(), Map.of()));
        }
        return streams;
    }
}
