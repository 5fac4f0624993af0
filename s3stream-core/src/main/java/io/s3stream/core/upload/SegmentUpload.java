package io.s3stream.core.upload;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.metadata.UploadedObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A frozen segment until it is committed. Owned by the append context. */
public final class SegmentUpload {

    private final CacheSegment segment;
    private final CompletableFuture<Void> committed = new CompletableFuture<>();
    private @Nullable List<UploadedObject> objects;

    SegmentUpload(CacheSegment segment) {
        this.segment = segment;
    }

    public CacheSegment segment() {
        return segment;
    }

    CompletableFuture<Void> committed() {
        return committed;
    }

    void written(List<UploadedObject> uploaded) {
        objects = uploaded;
    }

    /** Returns whether its objects are in object storage. */
    public boolean isWritten() {
        return objects != null;
    }

    List<UploadedObject> objects() {
        if (objects == null) {
            throw new IllegalStateException("segment is not written yet");
        }
        return objects;
    }
}
