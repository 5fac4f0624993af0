package io.s3stream.wal.s3;

/**
 * Decides whether a bucket is the right one for a generation. Not final, so that a test can break the rule and show
 * which data is lost. Stateless.
 *
 * <p>The opening object exists before the metadata name the generation, and until the release of the generation.
 * Without it, the bucket or the prefix is the wrong one. As a WAL it would look empty, and acknowledged records would
 * be lost.
 */
public class OpeningJudge {

    /** Returns whether a node may fence and replay a generation. */
    public boolean mayBeRead(boolean hasOpening) {
        return hasOpening;
    }
}
