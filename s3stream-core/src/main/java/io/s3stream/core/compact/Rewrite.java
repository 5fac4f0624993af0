package io.s3stream.core.compact;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import io.s3stream.api.tools.RewriteReport;
import io.s3stream.core.compact.rewrite.RewriteRequest;
import io.s3stream.core.compact.rewrite.RewrittenBlock.Tally;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.upload.Uploader.NodeIdentity;
import io.s3stream.spi.runtime.IoExecutor;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The progress of one rewriting: portion after portion, from lower to higher offsets. Ranges that have changed since they
 * were read are read again. Owns the position and the counts; used on the context of the compaction.
 */
final class Rewrite {

    /** Attempts of one portion before the rewriting fails. */
    private static final int MAX_ATTEMPTS = 10;

    private final RewriteRequest request;
    private final NodeIdentity node;
    private final CompactionSettings settings;
    private final IoExecutor filters;
    private final CompletableFuture<RewriteReport> answer = new CompletableFuture<>();
    private boolean begun;
    private long epoch;
    private long start;
    private long next;
    private long end;
    private int attempts;
    private Tally tally = Tally.NONE;
    private long bytesBefore;
    private long bytesAfter;

    Rewrite(RewriteRequest request, NodeIdentity node, CompactionSettings settings, IoExecutor filters) {
        this.request = request;
        this.node = node;
        this.settings = settings;
        this.filters = filters;
    }

    CompletableFuture<RewriteReport> answer() {
        return answer;
    }

    /**
     * Returns the next portion; null if there is none.
     *
     * @throws StreamException if the rewriting cannot continue, see {@link #failed}
     */
    @Nullable
    RewritePortion next(MetadataView view) {
        StreamMetadata stream = view.stream(request.streamId());
        if (stream == null) {
            throw new StreamNotFoundException("stream=" + request.streamId() + " does not exist");
        }
        checkOwner(stream);
        if (!begun) {
            begun = true;
            epoch = stream.epoch();
            start = Math.max(request.from(), stream.startOffset());
            next = start;
            end = Math.max(start, Math.min(request.to(), stream.committedEnd()));
        }
        if (stream.epoch() != epoch) {
            throw new ConflictException("stream=" + stream.id() + ": was opened during the rewriting; batches before "
                    + next + " are rewritten. Rewrite the stream again");
        }
        RangeList ranges = stream.ranges();
        long from = Math.max(next, stream.startOffset());
        int first = from < end ? ranges.indexOf(from) : -1;
        if (first < 0) {
            next = end; // all of the rest was trimmed
            return null;
        }
        return new RewritePortion(request, filters, stream, view, first, endOfPortion(ranges, first));
    }

    /** The same as the rule at the commit; here it saves the work. */
    private void checkOwner(StreamMetadata stream) {
        if (stream.isOpen() && (stream.owner() != node.nodeId() || stream.ownerEpoch() != node.nodeEpoch())) {
            throw new StreamOpenElsewhereException(stream.id(), stream.owner(), stream.ownerEpoch());
        }
    }

    private int endOfPortion(RangeList ranges, int first) {
        long maxBytes = Math.min(settings.streamObjectMaxBytes(), settings.maxObjectBytes());
        int last = first + 1;
        while (last < ranges.size()
                && last - first < settings.fanout()
                && ranges.get(last).start() < end
                && ranges.bytes(first, last + 1) <= maxBytes) {
            last++;
        }
        return last;
    }

    /** Records the end of a portion. */
    void done(RewritePortion portion) {
        if (portion.isRejected()) {
            retry(new ConflictException("stream=" + request.streamId() + ": the ranges from offset " + next
                    + " on were replaced " + MAX_ATTEMPTS + " times while they were rewritten; try again later"));
            return;
        }
        attempts = 0;
        next = Math.min(end, portion.endOffset());
        tally = tally.plus(portion.copied().tally);
        bytesBefore += portion.copied().bytesKept;
        bytesAfter += portion.copied().bytesWritten;
        if (portion.hasChanges()) {
            request.onReplaced().accept(portion.endOffset());
        }
    }

    /** Records a failure. The rewriting continues if another attempt may succeed. */
    void failed(StreamException reason) {
        boolean mayPass = reason.kind() == Kind.UNAVAILABLE
                || reason instanceof InputGoneException
                || reason instanceof DamagedInputException;
        if (mayPass) {
            retry(reason);
        } else {
            answer.completeExceptionally(reason);
        }
    }

    private void retry(StreamException otherwise) {
        attempts++;
        if (attempts >= MAX_ATTEMPTS) {
            answer.completeExceptionally(otherwise);
        }
    }

    /** Returns whether the present portion was tried before. */
    boolean isRetrying() {
        return attempts > 0;
    }

    /** Completes the answer: all portions are done. */
    void complete() {
        answer.complete(
                new RewriteReport(start, end, tally.seen(), tally.changed(), tally.dropped(), bytesBefore, bytesAfter));
    }
}
