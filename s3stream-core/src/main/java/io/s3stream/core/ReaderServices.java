package io.s3stream.core;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.read.ReadPath;
import io.s3stream.spi.runtime.EngineRuntime;
import java.util.concurrent.CompletableFuture;

/** What a read-only stream handle needs of its store. */
interface ReaderServices {

    EngineRuntime runtime();

    ReadPath readPath();

    MetadataView view();

    /** Reads the metadata again. */
    CompletableFuture<MetadataView> refresh();

    /** For waiting until another node commits. */
    CommitWatch commits();

    /** Makes the futures that callers get. */
    CallerAnswers answers();

    /** A caller waits for the end of the handle, which a deletion by another node may be. */
    void watchDeletion(CommittedReader reader);

    /** The handle is closed. */
    void forget(CommittedReader reader);
}
