package io.s3stream.core.metadata.log;

import io.s3stream.core.metadata.state.ChainRule;
import io.s3stream.core.metadata.state.StateMachine;

/**
 * The parts of a metadata client that make decisions.
 *
 * @param stateMachine used by one client only
 */
public record MetadataRules(StateMachine stateMachine, CommandIntake intake, ChainRule chain) {

    /** The usual rules. */
    public static MetadataRules usual() {
        return of(new StateMachine());
    }

    /** The usual rules with another state machine. */
    public static MetadataRules of(StateMachine stateMachine) {
        return new MetadataRules(stateMachine, new CommandIntake(), new ChainRule());
    }
}
