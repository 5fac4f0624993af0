package io.s3stream.core;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.tools.RewriteReport;
import io.s3stream.core.compact.Compactor;
import io.s3stream.core.compact.rewrite.RewriteRequest;
import io.s3stream.core.read.ReadPath;
import io.s3stream.core.stream.OffsetRange;
import io.s3stream.core.stream.OpenStreams;
import io.s3stream.core.stream.OwnedStream;
import java.util.concurrent.CompletableFuture;

/** Rewrites streams, and hides older payloads that are still in memory. Thread-safe. */
final class StreamRewrites {

    private final Compactor compactor;
    private final OpenStreams streams;
    private final ReadPath readPath;

    StreamRewrites(Compactor compactor, OpenStreams streams, ReadPath readPath) {
        this.compactor = compactor;
        this.streams = streams;
        this.readPath = readPath;
    }

    /** Completes on the context of the compaction. */
    CompletableFuture<RewriteReport> rewrite(long id, long from, long to, BatchFilter filter) {
        ReadableStore.require(filter, "filter");
        OffsetRange range = new OffsetRange(id, from, to);
        return compactor.rewrite(new RewriteRequest(id, range.from(), range.to(), filter, end -> replaced(id, end)));
    }

    /** Later reads find the new object in the metadata. */
    private void replaced(long id, long end) {
        OwnedStream open = streams.open(id);
        if (open != null) {
            open.tail().cache().hideBelow(end);
        }
        readPath.forgetReadAhead(id);
    }
}
