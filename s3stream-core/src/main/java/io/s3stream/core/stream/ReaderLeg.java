package io.s3stream.core.stream;

import io.s3stream.api.CloseReason;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.concurrent.CompletableFuture;

/** A reader in a {@link ReadableWait}, whose lock guards it. */
final class ReaderLeg {

    private final ReadableRequest.Committed position;
    private long bytes;

    ReaderLeg(ReadableRequest.Committed position) {
        this.position = position;
    }

    /** Looks at the metadata. Returns false if a fetch would fail: the stream was deleted or trimmed. */
    boolean look(MetadataView view) {
        StreamMetadata stream = view.stream(position.reader().id());
        if (stream == null || position.from() < stream.startOffset()) {
            return false;
        }
        bytes = CommittedBytes.from(stream, position.from());
        return true;
    }

    /** Returns the readable bytes at the last look. */
    long bytes() {
        return bytes;
    }

    /** Completes when the handle ends. The caller cancels it to stop waiting. */
    CompletableFuture<CloseReason> ended() {
        return position.reader().ending();
    }
}
