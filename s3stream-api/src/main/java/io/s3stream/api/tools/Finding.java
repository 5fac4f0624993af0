package io.s3stream.api.tools;

/**
 * A finding in a store.
 *
 * @param object key of the affected object; empty if there is none
 * @param position first byte of the affected block or part of the object; {@link #NONE} if there is none
 * @param streamId the affected stream; {@link #NONE} if there is none
 * @param offset the first wrong offset of the stream; {@link #NONE} if there is none
 * @param message one line that names all of these
 */
public record Finding(Kind kind, String object, long position, long streamId, long offset, String message) {

    public static final long NONE = -1;

    /** The kind of a finding. */
    public enum Kind {
        /** The metadata contradict themselves or cannot be decoded. */
        METADATA(true, "metadata that contradicts itself or cannot be decoded"),
        /** An object that the metadata name is missing. */
        MISSING(true, "objects missing"),
        /** The size of an object differs from the metadata. */
        SIZE(true, "objects of another size than the metadata says"),
        /** An object's index or footer cannot be decoded. */
        INDEX(true, "objects whose index is damaged"),
        /** The index differs from the metadata: a hole, another epoch, other bytes or another timestamp. */
        RANGE(true, "ranges that are not in their object as the metadata says"),
        /** A block or a record in it is damaged, or differs from its index entry. */
        BLOCK(true, "blocks damaged"),
        /** The storage did not answer several attempts. The object is unchecked. */
        UNREADABLE(true, "objects that could not be read, and are not checked"),
        /**
         * Recovery could not commit records of the stream. It keeps them, and the stream cannot be opened until its
         * release.
         */
        QUARANTINED(true, "streams quarantined by recovery"),
        /** Offsets between others that are in no object. */
        HOLE(true, "holes in streams"),
        /** Two objects have different records of the same stream, epoch and offset. */
        CONFLICT(true, "objects that contradict each other"),
        /** An object below {@code data/} that the metadata do not name, and that no running upload can commit. */
        ORPHAN(false, "orphans"),
        /** An object that the metadata do not name, of a node that may be about to commit it. */
        IN_FLIGHT(false, "objects in flight"),
        /** An object from before a rebuild that the rebuilt metadata do not name. */
        KEPT(false, "objects kept since a rebuild"),
        /** An object below {@code data/} that no node of this store has written. */
        FOREIGN(false, "objects that are not the store's"),
        /** Records of an epoch that a later epoch has overtaken; they were never part of the stream. */
        DEAD(false, "ranges of overtaken epochs");

        private final boolean problem;
        private final String inWords;

        Kind(boolean problem, String inWords) {
            this.problem = problem;
            this.inWords = inWords;
        }

        /** Whether the finding is a fault; the others are normal after crashes. */
        public boolean isProblem() {
            return problem;
        }

        /** The kind in words, in the plural. */
        public String inWords() {
            return inWords;
        }
    }
}
