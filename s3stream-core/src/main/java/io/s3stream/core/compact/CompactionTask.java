package io.s3stream.core.compact;

import io.s3stream.core.compact.rewrite.RewrittenBlock;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.upload.Uploader.NodeIdentity;
import io.s3stream.layout.BlockEntry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Objects whose records in use are rewritten together.
 *
 * @param inputs by ascending id, as in the planned state
 */
public record CompactionTask(Kind kind, List<ObjectMetadata> inputs) implements CopyJob {

    /** The reason of the task. */
    public enum Kind {
        /** A tier has too many objects of similar size. */
        MERGE,
        /** Most bytes of the objects are dead. */
        REWRITE,
        /** The objects belong to one stream and follow each other. */
        JOIN
    }

    public CompactionTask {
        inputs = List.copyOf(inputs);
    }

    /** Returns the bytes of records to copy. */
    public long bytes() {
        return inputs.stream().mapToLong(ObjectMetadata::liveBytes).sum();
    }

    @Override
    public String name() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<RunPlan> plan(List<CompactionInput> read, MetadataView view) {
        return RunPlanner.plan(read, view);
    }

    @Override
    public boolean isRewriting() {
        return false;
    }

    @Override
    public CompletableFuture<RewrittenBlock> rewrite(ByteBuffer block, BlockEntry entry, RunPlan run, TrimRule trims) {
        throw new IllegalStateException("a compaction copies records unchanged");
    }

    @Override
    public CompactedRange prove(CoverageProof proof, RunPlan run, RunCopy.Copied copied) {
        CoverageProof.Numbers covered = proof.check(run, copied, copied.bytesWritten);
        return new CompactedRange(
                run.streamId(),
                covered.start(),
                covered.end(),
                covered.bytes(),
                covered.maxTimestamp(),
                run.replaced());
    }

    @Override
    public boolean hasChanges() {
        return true;
    }

    @Override
    public Command commit(NodeIdentity node, List<CompactedObject> written) {
        return new Command.CommitCompaction(node.nodeId(), node.nodeEpoch(), written);
    }

    @Override
    public void committed(List<Long> deadStreams) {
        // Dead ranges need nothing: the next plan sees the objects that have replaced the inputs.
    }
}
