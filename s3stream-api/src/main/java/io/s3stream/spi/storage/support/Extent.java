package io.s3stream.spi.storage.support;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ByteRange;

/**
 * A range applied to an object of known size.
 *
 * @param from the first byte
 * @param length the number of bytes; fits one buffer
 */
public record Extent(long from, int length) {

    /**
     * Cuts {@code range} to an object of {@code size} bytes. Throws {@link InvalidRequestException} if it begins past
     * the end.
     */
    public static Extent of(String key, ByteRange range, long size) {
        if (range instanceof ByteRange.Slice slice) {
            if (slice.from() >= size) {
                throw new InvalidRequestException("object=" + key + " range from=" + slice.from() + " length="
                        + slice.length() + " begins past the end: the object has " + size + " bytes");
            }
            return new Extent(slice.from(), inOneBuffer(key, Math.min(slice.length(), size - slice.from())));
        }
        if (range instanceof ByteRange.Suffix suffix) {
            long length = Math.min(suffix.length(), size);
            return new Extent(size - length, inOneBuffer(key, length));
        }
        return new Extent(0, inOneBuffer(key, size));
    }

    /** Checks a range that must lie within the object, such as the source of a copied part. */
    public static Extent exactly(String key, long from, long length, long size) {
        if (from < 0 || length < 1 || from > size - length) {
            throw new InvalidRequestException("object=" + key + " range from=" + from + " length=" + length
                    + " is not within the object, which has " + size + " bytes");
        }
        return new Extent(from, inOneBuffer(key, length));
    }

    /** Returns {@code length} if one buffer can hold that many bytes. */
    public static int inOneBuffer(String key, long length) {
        if (length > Integer.MAX_VALUE - 8) {
            throw new InvalidRequestException("object=" + key + " length=" + length
                    + ": too many bytes for one read, ask for slices of less than 2 GiB");
        }
        return (int) length;
    }
}
