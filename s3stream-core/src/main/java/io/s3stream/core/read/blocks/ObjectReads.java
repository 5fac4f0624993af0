package io.s3stream.core.read.blocks;

import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The part of object storage that loaders use. */
@FunctionalInterface
public interface ObjectReads {

    /** Returns the range of an object, or empty if there is no such object. */
    CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range);
}
