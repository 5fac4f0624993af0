package io.s3stream.core;

import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.metadata.Command;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the host's calls that wait for the metadata. While the metadata are unreachable, no call is answered. So
 * further calls are refused before the heap is full [R46]. Owns the count. Thread-safe.
 */
final class WaitingCalls {

    /** Estimated heap bytes. */
    static final long MAX_BYTES = 64 << 20;

    /** The command, the futures of engine and caller, and their queue entries. */
    private static final long CALL_BYTES = 512;

    private final AtomicLong bytes = new AtomicLong();

    /** Makes a call. Fails with {@link StoreBusyException} if the waiting calls leave no room. */
    <T> CompletableFuture<T> admit(Command command, Supplier<CompletableFuture<T>> call) {
        long cost = cost(command);
        if (bytes.addAndGet(cost) > MAX_BYTES) {
            long others = bytes.addAndGet(-cost);
            return CompletableFuture.failedFuture(new StoreBusyException("calls waiting for the metadata use " + others
                    + " bytes, the maximum is " + MAX_BYTES + "; wait for some of them"));
        }
        CompletableFuture<T> answer;
        try {
            answer = call.get();
        } catch (Throwable e) {
            bytes.addAndGet(-cost);
            throw e;
        }
        answer.whenComplete((value, error) -> bytes.addAndGet(-cost));
        return answer;
    }

    private static long cost(Command command) {
        if (command instanceof Command.CommitChanges commit) {
            return commit.changes().stream().mapToLong(WaitingCalls::cost).sum() + CALL_BYTES;
        }
        return CALL_BYTES + 2 * characters(command);
    }

    private static long characters(Command command) {
        if (command instanceof Command.CreateStream create) {
            return length(create.name()) + length(create.tags());
        } else if (command instanceof Command.UpdateTags update) {
            return length(update.expected()) + length(update.tags());
        } else if (command instanceof Command.RenameStream rename) {
            return length(rename.expected()) + length(rename.name());
        } else if (command instanceof Command.SetNodeTags set) {
            return length(set.tags());
        }
        return 0;
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static long length(Map<String, String> tags) {
        long characters = 0;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            characters += tag.getKey().length() + tag.getValue().length();
        }
        return characters;
    }
}
