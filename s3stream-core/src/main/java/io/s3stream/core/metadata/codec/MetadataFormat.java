package io.s3stream.core.metadata.codec;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.bytes.ByteReader;
import java.util.function.Function;

/** Versions and checks that all formats of the metadata share. */
public final class MetadataFormat {

    /** The version of this software. A head that demands a greater one stops it. */
    public static final int SOFTWARE_VERSION = 1;

    /** The format version of head, batch, segment and checkpoint. */
    public static final int FORMAT_VERSION = 4;

    private MetadataFormat() {}

    /**
     * Opens an envelope, decodes it with {@code body}, and requires that no byte remains. A value that a record
     * constructor refuses counts as corruption.
     */
    public static <T> T decode(byte[] bytes, int magic, String where, Function<ByteReader, T> body) {
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

    /** A node that ignored unknown content would diverge from the other nodes [R16]. */
    public static StreamException tooNew(String where, String what) {
        return new StreamException(
                StreamException.Kind.INVALID,
                "object=" + where + ": " + what + " was written by newer software; this node must be upgraded");
    }
}
