package io.s3stream.core.append.rules;

import io.s3stream.api.errors.AppendFailedException.Outcome;

/**
 * Decides the outcome of a failed append that was issued to a WAL [R26]. Pure. Not final, so that a test can break it
 * on purpose.
 */
public class OutcomeRule {

    /**
     * Returns the outcome that the caller of the append gets.
     *
     * @param isSealedBefore whether the metadata seal the generation before the append; no recovery reads past a seal.
     *     Without a seal, the next recovery may find the append
     */
    public Outcome ofIssued(boolean isSealedBefore) {
        return isSealedBefore ? Outcome.NOT_WRITTEN : Outcome.UNKNOWN;
    }
}
