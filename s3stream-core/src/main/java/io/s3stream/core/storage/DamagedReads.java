package io.s3stream.core.storage;

import java.util.Set;

/**
 * Decides whether damage is in the object or came from the transfer, by reading again [R44]. Damage counts when two
 * consecutive reads agree on it. Reads that all differ end after {@link Fingerprint#MAX_READS}. Immutable.
 */
public final class DamagedReads {

    /** Before the first read. */
    public static final DamagedReads NONE = new DamagedReads(Set.of(), 0);

    private final Set<Fingerprint> last;
    private final int reads;

    private DamagedReads(Set<Fingerprint> last, int reads) {
        this.last = last;
        this.reads = reads;
    }

    /** Returns these reads and one more. */
    public DamagedReads with(Fingerprint damage) {
        return with(Set.of(damage));
    }

    /**
     * Returns these reads and one more.
     *
     * @param damage all damaged parts of the read; not changed later
     */
    public DamagedReads with(Set<Fingerprint> damage) {
        return new DamagedReads(damage, reads + 1);
    }

    /** Returns whether one more read must decide, after a read with this damage. */
    public boolean isDoubtful(Fingerprint damage) {
        return isDoubtful(Set.of(damage));
    }

    /**
     * Returns whether one more read must decide, after a read with this damage. Damage that the previous read had too
     * is certain.
     */
    public boolean isDoubtful(Set<Fingerprint> damage) {
        return reads + 1 < Fingerprint.MAX_READS && !last.containsAll(damage);
    }
}
