package io.s3stream.wal.s3;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.s3stream.spi.storage.ObjectContent;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Damages the answers to the next reads of some keys. Thread-safe. */
final class OddReads {

    /** The kinds of damage. */
    enum Kind {
        FLIPPED,
        SHORT,
        EMPTY,
        MISSING
    }

    private final AtomicInteger left = new AtomicInteger();
    private volatile Kind kind = Kind.MISSING;
    private volatile Predicate<String> keys = key -> false;

    void next(Kind nextKind, int times, Predicate<String> ofKeys) {
        kind = nextKind;
        keys = ofKeys;
        left.set(times);
    }

    int left() {
        return left.get();
    }

    /** The answer as the reader receives it. */
    Optional<ObjectContent> pass(String key, Optional<ObjectContent> content) {
        if (content.isEmpty() || !keys.test(key) || left.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
            return content;
        }
        try (ObjectContent good = content.get()) {
            return kind == Kind.MISSING ? Optional.empty() : Optional.of(damaged(good));
        }
    }

    boolean isMissing(String key) {
        return kind == Kind.MISSING && keys.test(key) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    private ObjectContent damaged(ObjectContent good) {
        byte[] bytes = new byte[good.data().readableBytes()];
        good.data().getBytes(good.data().readerIndex(), bytes);
        int length = kind == Kind.EMPTY ? 0 : kind == Kind.SHORT ? bytes.length / 2 : bytes.length;
        if (kind == Kind.FLIPPED) {
            bytes[bytes.length / 2] ^= 1;
        }
        ByteBuf data = Unpooled.wrappedBuffer(bytes, 0, length);
        return new ObjectContent(data, good.from(), kind == Kind.FLIPPED ? good.objectSize() : length, good.version());
    }
}
