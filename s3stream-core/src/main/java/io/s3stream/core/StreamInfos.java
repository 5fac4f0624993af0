package io.s3stream.core;

import io.s3stream.api.StreamRange;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.stream.OpenStreams;
import java.util.AbstractList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** Converts metadata of streams and nodes to the types of the API. */
final class StreamInfos {

    private StreamInfos() {}

    private static StreamInfo of(StreamMetadata stream, MetadataView view) {
        return of(stream, view.quarantine(stream.id()));
    }

    static StreamInfo of(StreamMetadata stream, @Nullable Quarantine quarantine) {
        return new StreamInfo(
                stream.id(),
                stream.name(),
                stream.tags(),
                stream.epoch(),
                stream.callerEpoch(),
                stream.owner(),
                stream.startOffset(),
                stream.committedEnd(),
                stream.ranges().bytes(0, stream.ranges().size()),
                stream.isSealed(),
                Optional.ofNullable(quarantine).map(kept -> kept.describe(stream.committedEnd())));
    }

    /** The ranges of a stream, each created on access, because a stream may have a hundred thousand. */
    private static final class Ranges extends AbstractList<StreamRange> implements RandomAccess {

        private final RangeList ranges;
        private final MetadataView view;

        Ranges(RangeList ranges, MetadataView view) {
            this.ranges = ranges;
            this.view = view;
        }

        @Override
        public StreamRange get(int index) {
            RangeList.Range range = ranges.get(index);
            ObjectMetadata object = view.object(range.objectId());
            return new StreamRange(range.start(), range.end(), object == null ? "" : object.key(), range.bytes());
        }

        @Override
        public int size() {
            return ranges.size();
        }
    }

    static Optional<StreamInfo> find(MetadataView view, String name) {
        return view.findStream(name).map(stream -> of(stream, view));
    }

    static Optional<StreamInfo> describe(MetadataView view, long id) {
        return Optional.ofNullable(view.stream(id)).map(stream -> of(stream, view));
    }

    static List<StreamRange> ranges(MetadataView view, long id) {
        return Collections.unmodifiableList(
                new Ranges(OpenStreams.require(view, id).ranges(), view));
    }

    static List<StreamInfo> list(MetadataView view, String prefix, long after, int limit) {
        return view.streams(prefix, after, limit).stream()
                .map(stream -> of(stream, view))
                .toList();
    }

    static List<NodeInfo> nodesOf(MetadataView view) {
        Map<Integer, Integer> open = new HashMap<>();
        view.forEachStream(stream -> {
            if (stream.isOpen()) {
                open.merge(stream.owner(), 1, Integer::sum);
            }
        });
        return view.nodes().stream()
                .map(node -> of(node, open.getOrDefault(node.id(), 0)))
                .sorted(Comparator.comparingInt(NodeInfo::id))
                .toList();
    }

    static NodeInfo of(NodeMetadata node, int openStreams) {
        return new NodeInfo(
                node.id(),
                node.epoch(),
                node.tags(),
                node.generations().stream()
                        .map(generation -> generation.descriptor().uri())
                        .distinct()
                        .toList(),
                openStreams);
    }
}
