package io.s3stream.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a broker that must be closed, in the order of their closing. A part that fails to close does not keep the
 * others open. Not thread-safe.
 */
final class OpenParts implements AutoCloseable {

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Adds a part that is closed before the present ones. */
    <T extends AutoCloseable> T closedFirst(T part) {
        parts.addFirst(part);
        return part;
    }

    /** Adds a part that is closed after the present ones. */
    <T extends AutoCloseable> T closedLast(T part) {
        parts.addLast(part);
        return part;
    }

    /** Closes all parts, then throws the first failure, with the others suppressed. Blocks as the parts do. */
    @Override
    public void close() {
        Throwable failure = null;
        while (!parts.isEmpty()) {
            failure = close(parts.removeFirst(), failure);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
        }
    }

    private static @Nullable Throwable close(AutoCloseable part, @Nullable Throwable before) {
        try {
            part.close();
            return before;
        } catch (Throwable e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            if (before == null) {
                return e;
            }
            before.addSuppressed(e);
            return before;
        }
    }
}
