package io.s3stream.core;

import io.s3stream.api.StreamInfo;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.StreamMetadata;

/** The metadata of a stream as callers see it. */
final class StreamInfos {

    private StreamInfos() {}

    static StreamInfo of(StreamMetadata stream, MetadataView view) {
        return new StreamInfo(
                stream.id(),
                stream.name(),
                stream.tags(),
                stream.epoch(),
                stream.owner(),
                stream.startOffset(),
                stream.committedEnd(),
                stream.ranges().toList().stream()
                        .map(range -> {
                            ObjectMetadata object = view.object(range.objectId());
                            String key = object == null ? "" : object.key();
                            return new StreamInfo.Range(range.start(), range.end(), key, range.bytes());
                        })
                        .toList());
    }
}
