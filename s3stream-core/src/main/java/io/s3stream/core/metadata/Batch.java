package io.s3stream.core.metadata;

import java.util.List;
import java.util.UUID;

/**
 * The commands that one node session makes durable in one step, in order. The pair {@code (session, number)} identifies
 * a batch after a lost response. Numbers grow within a session. A session has at most one batch with an unknown
 * outcome.
 */
public record Batch(int nodeId, UUID session, long number, List<Command> commands) {

    public Batch {
        commands = List.copyOf(commands);
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("a batch without commands");
        }
    }

    /**
     * Returns whether the batch begins with the registration of its own session. Only such a batch may introduce a
     * session that the node does not have yet.
     */
    public boolean introducesSession() {
        return commands.get(0) instanceof Command.RegisterNode register
                && register.session().equals(session)
                && register.nodeId() == nodeId;
    }
}
