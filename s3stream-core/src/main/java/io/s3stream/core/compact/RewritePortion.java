package io.s3stream.core.compact;

import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.compact.rewrite.BlockRewriter;
import io.s3stream.core.compact.rewrite.RewriteRequest;
import io.s3stream.core.compact.rewrite.RewrittenBlock;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.upload.Uploader.NodeIdentity;
import io.s3stream.layout.BlockEntry;
import io.s3stream.spi.runtime.IoExecutor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Adjacent ranges of one stream that are rewritten together, into one object. Owns the counts. Used on the context of the
 * compaction; the filter runs on its own thread.
 */
final class RewritePortion implements CopyJob {

    private final RewriteRequest request;
    private final IoExecutor filters;
    private final StreamMetadata stream;
    private final int first;
    private final int end;
    private final Map<Long, ObjectMetadata> objects = new LinkedHashMap<>(); // by id
    private RunCopy.Copied copied = new RunCopy.Copied();
    private boolean rejected;

    /**
     * @param filters runs the filter
     * @param stream the state that the portion is planned from
     * @param first the first range
     * @param end one past the last range
     * @throws InputGoneException if the metadata have no object of a range: they were changing
     */
    RewritePortion(
            RewriteRequest request, IoExecutor filters, StreamMetadata stream, MetadataView view, int first, int end) {
        this.request = request;
        this.filters = filters;
        this.stream = stream;
        this.first = first;
        this.end = end;
        for (int i = first; i < end; i++) {
            long id = stream.ranges().get(i).objectId();
            ObjectMetadata object = view.object(id);
            if (object == null) {
                throw new InputGoneException("number " + id);
            }
            objects.put(id, object);
        }
    }

    @Override
    public String name() {
        return "rewriteStream";
    }

    @Override
    public List<ObjectMetadata> inputs() {
        return List.copyOf(objects.values());
    }

    @Override
    public List<RunPlan> plan(List<CompactionInput> inputs, MetadataView view) {
        Map<Long, CompactionInput> byId = new TreeMap<>();
        inputs.forEach(input -> byId.put(input.object().id(), input));
        TreeMap<Integer, CompactionInput> alive = new TreeMap<>();
        for (int i = first; i < end; i++) {
            alive.put(i, byId.get(stream.ranges().get(i).objectId()));
        }
        return List.of(RunPlanner.run(stream, alive, first, end));
    }

    @Override
    public boolean isRewriting() {
        return true;
    }

    @Override
    public CompletableFuture<RewrittenBlock> rewrite(ByteBuffer block, BlockEntry entry, RunPlan run, TrimRule trims) {
        BlockRewriter rewriter =
                new BlockRewriter(request.streamId(), request.filter(), request.from(), request.to(), block);
        return filters.submit(
                "filter", () -> rewriter.run(entry.rewrites(), offset -> trims.isTrimmed(offset, run.keepFrom())));
    }

    @Override
    public CompactedRange prove(CoverageProof proof, RunPlan run, RunCopy.Copied all) {
        CoverageProof.Numbers covered = proof.check(run, all, all.bytesKept);
        if (all.bytesWritten > all.bytesKept) {
            throw new StreamException(
                    Kind.CORRUPTED,
                    "stream=" + run.streamId() + ": rewriting made " + all.bytesWritten + " bytes of " + all.bytesKept);
        }
        copied = all;
        return new CompactedRange(
                run.streamId(),
                covered.start(),
                covered.end(),
                all.bytesWritten,
                covered.maxTimestamp(),
                run.replaced());
    }

    @Override
    public boolean hasChanges() {
        return copied.tally.hasChanges();
    }

    @Override
    public Command commit(NodeIdentity node, List<CompactedObject> written) {
        return new Command.CommitRewrite(
                node.nodeId(), node.nodeEpoch(), stream.epoch(), copied.bytesKept, written.get(0));
    }

    @Override
    public void committed(List<Long> deadStreams) {
        rejected = !deadStreams.isEmpty();
    }

    /** Returns whether the ranges had changed when the result was committed, so that it has no effect. */
    boolean isRejected() {
        return rejected;
    }

    /** Returns the counts of the copy. */
    RunCopy.Copied copied() {
        return copied;
    }

    /** Returns the end of the last range. */
    long endOffset() {
        return stream.ranges().get(end - 1).end();
    }
}
