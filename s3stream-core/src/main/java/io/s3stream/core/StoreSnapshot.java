package io.s3stream.core;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.snapshot.FrozenMetadata;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A snapshot as the host sees it. Converts each stream and node when it is asked for. */
record StoreSnapshot(FrozenMetadata metadata) implements MetadataSnapshot {

    @Override
    public long version() {
        return metadata.sequence();
    }

    @Override
    public List<NodeInfo> nodes() {
        return metadata.nodes().stream().map(this::info).toList();
    }

    @Override
    public Optional<NodeInfo> node(int id) {
        return Optional.ofNullable(metadata.node(id)).map(this::info);
    }

    @Override
    public Optional<StreamInfo> stream(long id) {
        return Optional.ofNullable(metadata.stream(id)).map(this::info);
    }

    @Override
    public Optional<StreamInfo> findStream(String name) {
        ReadableStore.require(name, "name");
        return Optional.ofNullable(metadata.findStream(name)).map(this::info);
    }

    @Override
    public List<StreamInfo> streams(String prefix, long after, int limit) {
        ReadableStore.require(prefix, "prefix");
        ReadableStore.checkLimit(limit);
        return metadata.streams(prefix, streamBefore(after), limit).stream()
                .map(this::info)
                .toList();
    }

    private @Nullable StreamMetadata streamBefore(long after) {
        StreamMetadata stream = metadata.stream(after);
        if (stream == null && after != 0) {
            throw new InvalidRequestException("after=" + after
                    + ": must be 0 or the id of a stream of this snapshot; pass the last id of the page before");
        }
        return stream;
    }

    private StreamInfo info(StreamMetadata stream) {
        return StreamInfos.of(stream, metadata.quarantine(stream.id()));
    }

    private NodeInfo info(NodeMetadata node) {
        return StreamInfos.of(node, metadata.openStreams(node.id()));
    }
}
