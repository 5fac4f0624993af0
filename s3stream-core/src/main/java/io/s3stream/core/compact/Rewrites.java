package io.s3stream.core.compact;

import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.tools.RewriteReport;
import io.s3stream.core.compact.rewrite.RewriteRequest;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.spi.runtime.IoExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The rewritings that the host has asked for: one in progress, the others wait in order. Owns the queue and the thread of
 * filters. Used on the context of the compaction.
 */
final class Rewrites {

    private static final int MAX_WAITING = 1000;

    private final CompactionTools tools;
    private final IoExecutor filters;
    private final Deque<Rewrite> waiting = new ArrayDeque<>(); // the first one is in progress
    private boolean ended;

    Rewrites(CompactionTools tools) {
        this.tools = tools;
        this.filters = tools.runtime().ioExecutor("filter", 1);
    }

    /**
     * Adds a rewriting. Metadata of this process may be older than the call, so they are read first, unless this node
     * owns the stream.
     *
     * @param onAdded called when there is work
     * @return completes on the context
     */
    CompletableFuture<RewriteReport> add(RewriteRequest request, Runnable onAdded) {
        Rewrite rewrite = new Rewrite(request, tools.node(), tools.settings(), filters);
        StreamMetadata known = tools.metadata().view().stream(request.streamId());
        boolean isOwned = known != null
                && known.owner() == tools.node().nodeId()
                && known.ownerEpoch() == tools.node().nodeEpoch();
        CompletableFuture<MetadataView> fresh = isOwned
                ? CompletableFuture.completedFuture(tools.metadata().view())
                : tools.metadata().refresh();
        fresh.whenComplete((view, error) -> tools.context().execute(() -> {
            if (error != null) {
                rewrite.answer().completeExceptionally(Failures.asStreamException("rewriting", error));
            } else if (ended) {
                rewrite.answer().completeExceptionally(closed());
            } else if (waiting.size() >= MAX_WAITING) {
                rewrite.answer()
                        .completeExceptionally(new StoreBusyException(
                                waiting.size() + " rewritings wait, the maximum; wait for some of them"));
            } else {
                waiting.add(rewrite);
                onAdded.run();
            }
        }));
        return rewrite.answer();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Returns whether the present portion failed before, and should wait a little. */
    boolean isRetrying() {
        Rewrite first = waiting.peek();
        return first != null && first.isRetrying();
    }

    /** Returns the next portion of the first rewriting that has one; null if there is none. */
    @Nullable
    RewritePortion next() {
        for (Rewrite first = waiting.peek(); first != null; first = waiting.peek()) {
            try {
                RewritePortion portion = first.next(tools.metadata().view());
                if (portion != null) {
                    return portion;
                }
                first.complete();
            } catch (StreamException e) {
                first.failed(e);
                if (!first.answer().isDone()) {
                    return null; // the next attempt follows later
                }
            }
            waiting.remove();
        }
        return null;
    }

    /** Records the end of a portion of the first rewriting. */
    void done(RewritePortion portion) {
        Rewrite first = waiting.element();
        first.done(portion);
        removeIfAnswered(first);
    }

    /** Records the failure of a portion of the first rewriting. */
    void failed(StreamException reason) {
        Rewrite first = waiting.element();
        first.failed(reason);
        removeIfAnswered(first);
    }

    private void removeIfAnswered(Rewrite first) {
        if (first.answer().isDone()) {
            waiting.remove();
        }
    }

    /** Fails all rewritings. The filter in progress ends by itself. */
    void end() {
        ended = true;
        filters.close();
        for (Rewrite left = waiting.poll(); left != null; left = waiting.poll()) {
            left.answer().completeExceptionally(closed());
        }
    }

    private static StoreClosedException closed() {
        return new StoreClosedException("the store is closing; portions that were committed stay rewritten");
    }
}
