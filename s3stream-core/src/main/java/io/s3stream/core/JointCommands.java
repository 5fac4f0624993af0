package io.s3stream.core;

import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Collects the commands of calls that begin together, so that one commit has all of them. An idle metadata client begins a
 * batch with the first command that it gets. Without the collection, the other commands would wait for that commit and for
 * this node's next turn. Owns the commands until {@link #send}. Thread-safe.
 */
final class JointCommands {

    /** The maximum number of commands in a batch of the metadata client. */
    private static final int MAX_TOGETHER = 1000;

    private record Held(Command command, CompletableFuture<Accepted> answer) {}

    private final Function<List<Command>, CompletableFuture<List<CommandResult>>> submit;
    private final List<Held> held = new ArrayList<>();
    private boolean isSent;

    /** @param submit of the metadata client */
    JointCommands(Function<List<Command>, CompletableFuture<List<CommandResult>>> submit) {
        this.submit = submit;
    }

    /** Holds a command until {@link #send}; after that, submits it at once. */
    CompletableFuture<Accepted> add(Command command) {
        Held added = new Held(command, new CompletableFuture<>());
        synchronized (this) {
            if (!isSent) {
                held.add(added);
                return added.answer();
            }
        }
        submit(List.of(added));
        return added.answer();
    }

    /** Submits all commands that were added. Call it once, also if a call has failed. */
    void send() {
        List<Held> all;
        synchronized (this) {
            isSent = true;
            all = List.copyOf(held);
            held.clear();
        }
        for (int from = 0; from < all.size(); from += MAX_TOGETHER) {
            submit(all.subList(from, Math.min(all.size(), from + MAX_TOGETHER)));
        }
    }

    private void submit(List<Held> commands) {
        CompletableFuture<List<CommandResult>> together;
        try {
            together = submit.apply(commands.stream().map(Held::command).toList());
        } catch (Throwable e) { // such as a lack of memory: the callers must learn of it
            commands.forEach(held -> held.answer().completeExceptionally(e));
            return;
        }
        for (int i = 0; i < commands.size(); i++) {
            int at = i;
            CompletableFuture<Accepted> answer = commands.get(i).answer();
            together.thenApply(results -> results.get(at).accepted()).whenComplete((accepted, error) -> {
                if (error == null) {
                    answer.complete(accepted);
                } else {
                    answer.completeExceptionally(Failures.unwrap(error));
                }
            });
        }
    }
}
