package io.s3stream.core.metadata;

import java.util.List;
import java.util.UUID;

/**
 * The commands one node session makes durable in one step, in order. {@code (session, number)} is what a lost response is
 * recognised by: numbers of a session grow, and a session has at most one batch whose outcome it does not know yet.
 */
public record Batch(int nodeId, UUID session, long number, List<Command> commands) {

    public Batch {
        commands = List.copyOf(commands);
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("a batch without commands");
        }
    }

    /** Whether it begins with the registration of its own session; only then may the session be new to the node. */
    public boolean introducesSession() {
        return commands.get(0) instanceof Command.RegisterNode register
                && register.session().equals(session)
                && register.nodeId() == nodeId;
    }
}
