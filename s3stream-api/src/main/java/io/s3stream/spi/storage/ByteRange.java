package io.s3stream.spi.storage;

import io.s3stream.api.errors.InvalidRequestException;

/** The bytes of an object to read. */
public sealed interface ByteRange {

    /** The whole object. */
    record Whole() implements ByteRange {}

    /** {@code length} bytes from {@code from}; fewer if the object ends before. */
    record Slice(long from, long length) implements ByteRange {
        public Slice {
            if (from < 0 || length < 1) {
                throw new InvalidRequestException(
                        "range from=" + from + " length=" + length + ": from must be at least 0 and length at least 1");
            }
        }
    }

    /** The last {@code length} bytes, or all of a smaller object. */
    record Suffix(long length) implements ByteRange {
        public Suffix {
            if (length < 1) {
                throw new InvalidRequestException("suffix length=" + length + ": must be at least 1");
            }
        }
    }

    ByteRange WHOLE = new Whole();

    static ByteRange slice(long from, long length) {
        return new Slice(from, length);
    }

    static ByteRange suffix(long length) {
        return new Suffix(length);
    }
}
