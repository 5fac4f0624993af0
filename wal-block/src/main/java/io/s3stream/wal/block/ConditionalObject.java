package io.s3stream.wal.block;

import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One small object that is changed by compare-and-set and never deleted. */
record ConditionalObject(ObjectStorage storage, String key) {

    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Content(byte[] bytes, String version) {}

    CompletableFuture<Optional<Content>> read() {
        return storage.get(key, ByteRange.WHOLE).thenApply(found -> found.map(ConditionalObject::copy));
    }

    private static Content copy(ObjectContent content) {
        try (content) {
            byte[] bytes = new byte[content.data().readableBytes()];
            content.data().readBytes(bytes);
            return new Content(bytes, content.version());
        }
    }

    /**
     * @param expected what was read; null when there was nothing
     * @return false when there is something else now, which may also be what this very call wrote in a first attempt
     */
    CompletableFuture<Boolean> write(byte[] bytes, @Nullable Content expected) {
        PutCondition condition = expected == null ? PutCondition.IF_ABSENT : PutCondition.ifVersion(expected.version());
        return storage.put(key, ObjectBody.of(bytes), condition).thenApply(Optional::isPresent);
    }
}
