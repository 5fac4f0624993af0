package io.s3stream.core.metadata;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.metadata.codec.ByteReader;
import java.util.function.Function;

/** What the metadata's formats have in common. */
final class MetadataFormat {

    /** What this software can read; a head that demands more stops it. */
    static final int SOFTWARE_VERSION = 1;

    /** Of head, batch, segment and checkpoint alike. */
    static final int FORMAT_VERSION = 3;

    private MetadataFormat() {}

    /**
     * Opens an envelope, decodes it with {@code body}, and demands that nothing is left over. Values that a record
     * constructor refuses were not written by us.
     */
    static <T> T decode(byte[] bytes, int magic, String where, Function<ByteReader, T> body) {
        ByteReader reader = new ByteReader(bytes, magic, where);
        if (reader.version() > FORMAT_VERSION) {
            throw tooNew(where, "format version " + reader.version());
        }
        if (reader.version() < FORMAT_VERSION) {
            throw new StreamException(
                    StreamException.Kind.INVALID,
                    "object=" + where + ": format version " + reader.version()
                            + " is of before the first release and is not read by this software; make new metadata with 'rebuild' into an empty prefix");
        }
        try {
            T value = body.apply(reader);
            reader.end();
            return value;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CorruptedDataException("object=" + where + ": " + e.getMessage(), e);
        }
    }

    /** Going on without understanding what others wrote would diverge from them [R16]. */
    static StreamException tooNew(String where, String what) {
        return new StreamException(
                StreamException.Kind.INVALID,
                "object=" + where + ": " + what + " was written by newer software; this node must be upgraded");
    }
}
