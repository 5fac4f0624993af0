package io.s3stream.api.tools;

/**
 * Something found in a store.
 *
 * @param object key of the object it is about; empty if it is about none
 * @param position byte of the object where the block, or what else it is about, begins; {@link #NONE} if nowhere
 * @param streamId {@link #NONE} if it is about no stream
 * @param offset of the stream, where it begins to be wrong; {@link #NONE} if it is about no offset
 * @param message one line that names all of these
 */
public record Finding(Kind kind, String object, long position, long streamId, long offset, String message) {

    public static final long NONE = -1;

    /** What sort of thing it is. */
    public enum Kind {
        /** The metadata contradicts itself or cannot be decoded. */
        METADATA(true, "metadata that contradicts itself or cannot be decoded"),
        /** An object that the metadata needs is not there. */
        MISSING(true, "objects missing"),
        /** An object has not the size that the metadata says. */
        SIZE(true, "objects of another size than the metadata says"),
        /** An object's index or footer cannot be decoded. */
        INDEX(true, "objects whose index is damaged"),
        /** The index has not what the metadata says: a hole, another epoch, other bytes or another timestamp. */
        RANGE(true, "ranges that are not in their object as the metadata says"),
        /** A block or a record in it is damaged or is not the one the index says. */
        BLOCK(true, "blocks damaged"),
        /** The storage did not answer, after several tries: not known to be wrong, and not checked. */
        UNREADABLE(true, "objects that could not be read, and are not checked"),
        /** Recovery could not commit records of the stream: they are kept, and the stream is not opened until it is released. */
        QUARANTINED(true, "streams quarantined by recovery"),
        /** Offsets between others that no object has. */
        HOLE(true, "holes in streams"),
        /** Two objects have different records of the same stream, epoch and offset. */
        CONFLICT(true, "objects that contradict each other"),
        /** An object below {@code data/} that nothing refers to and no running upload can refer to any more. */
        ORPHAN(false, "orphans"),
        /** An object that nothing refers to, of a node that may be about to commit it. */
        IN_FLIGHT(false, "objects that may be on their way"),
        /** An object of before a rebuild that the rebuilt metadata do not name. */
        KEPT(false, "objects kept since a rebuild"),
        /** Something below {@code data/} that no node of this store has written. */
        FOREIGN(false, "objects that are not the store's"),
        /** Records of an epoch that a later one has overtaken; they were never part of the stream. */
        DEAD(false, "ranges of overtaken epochs");

        private final boolean problem;
        private final String inWords;

        Kind(boolean problem, String inWords) {
            this.problem = problem;
            this.inWords = inWords;
        }

        /** Whether a store that has one is not well; the others are normal after crashes. */
        public boolean isProblem() {
            return problem;
        }

        /** In words, in the plural. */
        public String inWords() {
            return inWords;
        }
    }
}
