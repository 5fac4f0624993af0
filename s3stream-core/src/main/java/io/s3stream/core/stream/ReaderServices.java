package io.s3stream.core.stream;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.read.ReadPath;
import io.s3stream.spi.runtime.EngineRuntime;
import java.util.concurrent.CompletableFuture;

/** Services of a store for its read-only stream handles. */
public interface ReaderServices {

    EngineRuntime runtime();

    ReadPath readPath();

    MetadataView view();

    /** Reads the metadata again. */
    CompletableFuture<MetadataView> refresh();

    /** Returns the watch that waits for commits of other nodes. */
    CommitWatch commits();

    /** Returns the source of the futures that callers get. */
    CallerAnswers answers();

    /** A caller waits for the end of the handle, which a deletion by another node may be. */
    void watchDeletion(CommittedReader reader);

    /** Records that the handle is closed. */
    void forget(CommittedReader reader);
}
