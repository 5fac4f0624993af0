package io.s3stream.core.upload;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.metadata.MetadataView;
import java.util.ArrayList;
import java.util.List;

/** Divides the runs of a segment among objects. */
public final class ObjectGrouping {

    private final RunFilter filter;
    private final long streamObjectBytes;

    /** @param streamObjectBytes a stream with at least this size gets an object of its own */
    public ObjectGrouping(RunFilter filter, long streamObjectBytes) {
        this.filter = filter;
        this.streamObjectBytes = streamObjectBytes;
    }

    /** Returns stream objects first, then the runs that share the stream-set object; no empty lists. */
    public List<List<StreamRun>> objectsOf(CacheSegment segment, MetadataView view) {
        List<List<StreamRun>> objects = new ArrayList<>();
        List<StreamRun> shared = new ArrayList<>();
        for (StreamRun run : segment.runs()) {
            if (!filter.wanted(view.stream(run.streamId()), run.streamEpoch(), run.endOffset())) {
                continue;
            }
            if (run.bytes() >= streamObjectBytes) {
                objects.add(List.of(run));
            } else {
                shared.add(run);
            }
        }
        if (!shared.isEmpty()) {
            objects.add(shared);
        }
        return objects;
    }
}
