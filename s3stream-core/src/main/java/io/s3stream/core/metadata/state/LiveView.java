package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A view of the newest state, also after a reload from a checkpoint has replaced it. */
public final class LiveView implements MetadataView {

    private final Supplier<MetadataState> state;

    public LiveView(Supplier<MetadataState> state) {
        this.state = state;
    }

    /** Returns the present state, for checks that need more than a view. */
    public MetadataState state() {
        return state.get();
    }

    @Override
    public UUID storeId() {
        return state.get().storeId();
    }

    @Override
    public long sequence() {
        return state.get().sequence();
    }

    @Override
    @Nullable
    public StreamMetadata stream(long id) {
        return state.get().stream(id);
    }

    @Override
    @Nullable
    public ObjectMetadata object(long id) {
        return state.get().object(id);
    }

    @Override
    @Nullable
    public NodeMetadata node(int id) {
        return state.get().node(id);
    }

    @Override
    public long pulse(int nodeId) {
        return state.get().pulse(nodeId);
    }

    @Override
    public Optional<StreamMetadata> findStream(String name) {
        return state.get().findStream(name);
    }

    @Override
    public List<StreamMetadata> streams(String namePrefix) {
        return state.get().streams(namePrefix);
    }

    @Override
    public List<StreamMetadata> streams(String namePrefix, long after, int limit) {
        return state.get().streams(namePrefix, after, limit);
    }

    @Override
    public long nodeFloor() {
        return state.get().nodeFloor();
    }

    @Override
    public void forEachStream(Consumer<? super StreamMetadata> action) {
        state.get().forEachStream(action);
    }

    @Override
    public List<NodeMetadata> nodes() {
        return state.get().nodes();
    }

    @Override
    public List<ObjectMetadata> retiredObjects() {
        return state.get().retiredObjects();
    }

    @Override
    public void forEachObject(Consumer<? super ObjectMetadata> action) {
        state.get().forEachObject(action);
    }

    @Override
    @Nullable
    public Quarantine quarantine(long streamId) {
        return state.get().quarantine(streamId);
    }

    @Override
    public List<Quarantine> quarantines() {
        return state.get().quarantines();
    }

    @Override
    public long lastStreamId() {
        return state.get().lastStreamId();
    }

    @Override
    public RebuildMark rebuildMark() {
        return state.get().rebuildMark();
    }

    @Override
    public boolean hasReleases() {
        return state.get().hasReleases();
    }
}
