package io.s3stream.core.metadata;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A stream in the given version. Each refresh shows the next version, while there is one. */
public class FixedMetadata implements MetadataClient {

    public static final long STREAM = 1;

    private final Deque<View> later = new ArrayDeque<>();
    private View present;
    private int refreshes;

    public FixedMetadata(View... views) {
        later.addAll(Arrays.asList(views));
        present = later.remove();
    }

    public int refreshes() {
        return refreshes;
    }

    @Override
    public MetadataView view() {
        return present;
    }

    @Override
    public CompletableFuture<MetadataView> refresh() {
        refreshes++;
        present = later.isEmpty() ? present : later.remove();
        return CompletableFuture.completedFuture(present);
    }

    @Override
    public CompletableFuture<CommandResult.Accepted> submit(Command command) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<CommandResult>> submitAll(List<Command> commands) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> CompletableFuture<T> between(Function<? super TrackedState, ? extends T> task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onApplied(Runnable listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> sweep() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Throwable> stopped() {
        return new CompletableFuture<>();
    }

    @Override
    public void close() {}

    /**
     * Streams of these ranges and objects.
     *
     * @param ranges by stream
     */
    public record View(long startOffset, Map<Long, List<RangeList.Range>> ranges, List<ObjectMetadata> objects)
            implements MetadataView {

        /** Has the ranges of a single stream. */
        public View(long startOffset, List<RangeList.Range> ranges, List<ObjectMetadata> objects) {
            this(startOffset, Map.of(STREAM, ranges), objects);
        }

        @Override
        @Nullable
        public StreamMetadata stream(long id) {
            List<RangeList.Range> ofStream = ranges.get(id);
            if (ofStream == null) {
                return null;
            }
            long end = ofStream.isEmpty()
                    ? startOffset
                    : ofStream.get(ofStream.size() - 1).end();
            return StreamMetadata.created(id, "", Map.of())
                    .withRecords(1, startOffset, end, RangeList.of(ofStream), EpochList.EMPTY.with(1, startOffset));
        }

        @Override
        @Nullable
        public ObjectMetadata object(long id) {
            return objects.stream()
                    .filter(object -> object.id() == id)
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public UUID storeId() {
            return new UUID(0, 0);
        }

        @Override
        public long sequence() {
            return 0;
        }

        @Override
        @Nullable
        public NodeMetadata node(int id) {
            return null;
        }

        @Override
        public long pulse(int nodeId) {
            return 0;
        }

        @Override
        public Optional<StreamMetadata> findStream(String name) {
            return Optional.empty();
        }

        @Override
        public List<StreamMetadata> streams(String namePrefix) {
            return List.of();
        }

        @Override
        public List<StreamMetadata> streams(String namePrefix, long after, int limit) {
            return List.of();
        }

        @Override
        public long nodeFloor() {
            return 0;
        }

        @Override
        public void forEachStream(Consumer<? super StreamMetadata> action) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<NodeMetadata> nodes() {
            return List.of();
        }

        @Override
        public List<ObjectMetadata> retiredObjects() {
            return List.of();
        }

        @Override
        public void forEachObject(Consumer<? super ObjectMetadata> action) {
            objects.forEach(action);
        }

        @Override
        @Nullable
        public Quarantine quarantine(long streamId) {
            return null;
        }

        @Override
        public List<Quarantine> quarantines() {
            return List.of();
        }

        @Override
        public long lastStreamId() {
            return STREAM;
        }

        @Override
        public RebuildMark rebuildMark() {
            return RebuildMark.NONE;
        }

        @Override
        public boolean hasReleases() {
            return false;
        }
    }
}
