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
import java.util.concurrent.CompletableFuture;

/** The work of one {@link Compaction}: the runs to copy, the change of their records, and the commit of the result. */
interface CopyJob {

    /** Returns the name of its first step. */
    String name();

    /** Returns the objects to read. */
    List<ObjectMetadata> inputs();

    /** Returns the runs to copy, in the order of the blocks in each input. */
    List<RunPlan> plan(List<CompactionInput> inputs, MetadataView view);

    /** Returns whether records change on the way. */
    boolean isRewriting();

    /**
     * Rewrites the records of a verified block.
     *
     * @param block memory of its own
     */
    CompletableFuture<RewrittenBlock> rewrite(ByteBuffer block, BlockEntry entry, RunPlan run, TrimRule trims);

    /** Compares the output of a run with the state, and returns the range to commit. Throws if the output is wrong. */
    CompactedRange prove(CoverageProof proof, RunPlan run, RunCopy.Copied copied);

    /** Returns whether the output differs from the input, so that it is worth a commit. */
    boolean hasChanges();

    /** Returns the command that replaces the inputs by the written objects. */
    Command commit(NodeIdentity node, List<CompactedObject> written);

    /** The commit was accepted. Some streams may have rejected their ranges. */
    void committed(List<Long> deadStreams);
}
