package io.s3stream.wal.block.shared;

import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A small object that is changed by compare-and-set and never deleted. */
public record ConditionalObject(ObjectStorage storage, String key) {

    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Content(byte[] bytes, String version) {}

    /**
     * Reads and decodes the object. If {@code decode} refuses the content, the object is read again. The refusal is
     * final when two reads agree [R44].
     *
     * @param decode may be called several times
     */
    <T> CompletableFuture<T> read(Function<Optional<Content>, T> decode) {
        return read(decode, null);
    }

    private <T> CompletableFuture<T> read(Function<Optional<Content>, T> decode, @Nullable Doubt doubt) {
        return read().thenCompose(found -> {
            try {
                return CompletableFuture.completedFuture(decode.apply(found));
            } catch (StreamException refused) {
                Doubt now = Doubt.of(found);
                return doubt != null && doubt.agreesWith(now)
                        ? CompletableFuture.failedFuture(refused)
                        : read(decode, now);
            }
        });
    }

    /** Reads an object without a checksum, until two reads in a row agree [R44]. */
    public CompletableFuture<Optional<Content>> readAgreed() {
        return read().thenCompose(this::readAgreed);
    }

    private CompletableFuture<Optional<Content>> readAgreed(Optional<Content> before) {
        return read().thenCompose(found -> Doubt.of(found).agreesWith(Doubt.of(before))
                ? CompletableFuture.completedFuture(found)
                : readAgreed(found));
    }

    /** A response that may be wrong. */
    private record Doubt(Optional<byte[]> answer) {
        static Doubt of(Optional<Content> answered) {
            return new Doubt(answered.map(Content::bytes));
        }

        boolean agreesWith(Doubt other) {
            return Arrays.equals(answer.orElse(null), other.answer.orElse(null));
        }
    }

    private CompletableFuture<Optional<Content>> read() {
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
     * Replaces the content if it is still {@code expected}.
     *
     * @param expected the content read before; null if there was no object
     * @return false if there is other content now, which a first attempt of this call may have written
     */
    CompletableFuture<Boolean> write(byte[] bytes, @Nullable Content expected) {
        PutCondition condition = expected == null ? PutCondition.IF_ABSENT : PutCondition.ifVersion(expected.version());
        return storage.put(key, ObjectBody.of(bytes), condition).thenApply(Optional::isPresent);
    }
}
