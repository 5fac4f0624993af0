package io.s3stream.simulation.watch;

import io.s3stream.api.metadata.MetadataListener;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.StreamInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A copy of the streams of one prefix, made from the first snapshot of a watch and the ids that its updates name. Compares
 * itself with each snapshot.
 */
final class WatchMirror implements MetadataListener {

    private static final int ALL = 10_000;

    private final String prefix;
    private final BiConsumer<Long, String> versions;
    private final Consumer<String> violations;
    private final Map<Long, StreamInfo> streams = new TreeMap<>();
    private long version = -1;
    private int updates;

    /**
     * @param versions receives the version and the text of each snapshot
     * @param violations receives findings
     */
    WatchMirror(String prefix, BiConsumer<Long, String> versions, Consumer<String> violations) {
        this.prefix = prefix;
        this.versions = versions;
        this.violations = violations;
    }

    String prefix() {
        return prefix;
    }

    List<StreamInfo> streams() {
        return List.copyOf(streams.values());
    }

    int updates() {
        return updates;
    }

    @Override
    public void changed(MetadataUpdate update) {
        MetadataSnapshot snapshot = update.snapshot();
        if (snapshot.version() <= version) {
            violations.accept("version " + snapshot.version() + " after version " + version);
        }
        version = snapshot.version();
        List<StreamInfo> present = snapshot.streams(prefix, 0, ALL);
        if (updates++ == 0) {
            present.forEach(stream -> streams.put(stream.id(), stream));
        }
        update.created().forEach(id -> require(streams.put(id, info(snapshot, id)) == null, id + " was created twice"));
        update.changed().forEach(id -> require(streams.put(id, info(snapshot, id)) != null, id + " was not there"));
        update.deleted().forEach(id -> require(streams.remove(id) != null, id + " was not there"));
        String told = texts(streams.values());
        require(told.equals(texts(present)), "the updates lead to " + told + ", the snapshot has " + texts(present));
        versions.accept(version, snapshot.streams("", 0, ALL) + " " + snapshot.nodes());
        requirePairs(snapshot.streams("", 0, ALL));
    }

    private static StreamInfo info(MetadataSnapshot snapshot, long id) {
        return snapshot.stream(id).orElseThrow();
    }

    private void require(boolean holds, String finding) {
        if (!holds) {
            violations.accept("watch of '" + prefix + "' at version " + version + ": " + finding);
        }
    }

    private void requirePairs(List<StreamInfo> all) {
        Map<String, Integer> counts = new HashMap<>();
        all.forEach(stream ->
                counts.merge(stream.name().substring(0, stream.name().indexOf('.')), 1, Integer::sum));
        require(counts.values().stream().allMatch(count -> count == 2), "a stream without its pair: " + counts);
    }

    private static String texts(Collection<StreamInfo> all) {
        return all.stream().map(WatchMirror::text).sorted().collect(Collectors.joining(", "));
    }

    /** The facts that count as changes. */
    static String text(StreamInfo stream) {
        return stream.id() + " " + stream.name() + " epoch " + stream.epoch() + " owner " + stream.owner();
    }
}
