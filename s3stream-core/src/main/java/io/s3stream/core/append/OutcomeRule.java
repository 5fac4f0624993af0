package io.s3stream.core.append;

import io.s3stream.api.errors.AppendFailedException.Outcome;

/** What a failed append that a WAL was given is told [R26]: pure. Not final, so that a test can break it on purpose. */
public class OutcomeRule {

    /**
     * @param isSealedBefore whether the metadata has an end of the WAL before it, past which nobody will ever read; without one
     *     the next recovery may find it
     */
    public Outcome ofIssued(boolean isSealedBefore) {
        return isSealedBefore ? Outcome.NOT_WRITTEN : Outcome.UNKNOWN;
    }
}
