package io.s3stream.wal.s3;

/**
 * Decides whether a bucket is the one that a generation was written to. Not final, so that a test can leave the rule out
 * and show what is lost. Stateless.
 *
 * <p>The opening object is there before the generation is in the metadata, and until it is released. A bucket without it is
 * another one, or another prefix of the right one: as a WAL it would be empty, and what was acknowledged would be lost.
 */
public class OpeningJudge {

    /** Whether a generation may be fenced and replayed where its opening object is not. */
    public boolean mayBeRead(boolean hasOpening) {
        return hasOpening;
    }
}
