package io.s3stream.kafka.transactions.checker;

/** The outcome of a transaction as its client knows it. */
public enum Outcome {
    /** The commit was acknowledged. */
    COMMITTED,
    /** The client never asked for a commit. */
    ABORTED,
    /** The client asked for a commit, and did not learn its result. */
    UNKNOWN
}
