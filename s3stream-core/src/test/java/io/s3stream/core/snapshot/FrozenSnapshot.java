package io.s3stream.core.snapshot;

import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.StreamInfo;
import java.util.List;
import java.util.Optional;

/** Has the version only: tests of this package look at the metadata. */
record FrozenSnapshot(FrozenMetadata metadata) implements MetadataSnapshot {

    @Override
    public long version() {
        return metadata.sequence();
    }

    @Override
    public List<NodeInfo> nodes() {
        return List.of();
    }

    @Override
    public Optional<NodeInfo> node(int id) {
        return Optional.empty();
    }

    @Override
    public Optional<StreamInfo> stream(long id) {
        return Optional.empty();
    }

    @Override
    public Optional<StreamInfo> findStream(String name) {
        return Optional.empty();
    }

    @Override
    public List<StreamInfo> streams(String prefix, long after, int limit) {
        return List.of();
    }
}
