package io.s3stream.storage.s3.transfer;

import io.netty.buffer.ByteBuf;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body and the headers of an answer to a GET, before they are checked against the request.
 *
 * @param data released by the method that receives it
 * @param isPart whether the status was 206
 * @param contentRange such as {@code bytes 3-6/10}; servers may omit it, or the size in it
 */
public record Received(
        ByteBuf data, boolean isPart, @Nullable String contentRange, String version) {

    /** The size of the object is unknown. */
    public static final long UNKNOWN = -1;

    private static final Pattern RANGE = Pattern.compile("\\s*bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)\\s*.*");

    /**
     * Returns the requested content. Its size may be {@link #UNKNOWN}, and then also the position of a suffix.
     *
     * @throws OddAnswerException if the answer does not fit the request; the data is released then
     */
    public ObjectContent as(ByteRange asked, String key) {
        try {
            if (asked instanceof ByteRange.Whole) {
                require(!isPart, key, "a part was sent instead of the whole object");
                return new ObjectContent(data, 0, data.readableBytes(), version);
            }
            return isPart ? part(asked, key) : cut(asked, key);
        } catch (Throwable e) {
            data.release();
            throw e;
        }
    }

    private ObjectContent part(ByteRange asked, String key) {
        Matcher told = RANGE.matcher(contentRange == null ? "" : contentRange);
        int bytes = data.readableBytes();
        if (!told.matches()) {
            long from = asked instanceof ByteRange.Slice slice ? slice.from() : UNKNOWN;
            return new ObjectContent(data, from, UNKNOWN, version);
        }
        long from = Long.parseLong(told.group(1));
        require(Long.parseLong(told.group(2)) - from + 1 == bytes, key, bytes + " bytes arrived of " + contentRange);
        if (asked instanceof ByteRange.Slice slice) {
            require(from == slice.from(), key, "bytes from " + slice.from() + " were requested, not " + contentRange);
        }
        if (told.group(3).equals("*")) {
            return new ObjectContent(data, from, UNKNOWN, version);
        }
        long size = Long.parseLong(told.group(3));
        requireAll(asked, key, size);
        return new ObjectContent(data, from, size, version);
    }

    private void requireAll(ByteRange asked, String key, long size) {
        long wanted = asked instanceof ByteRange.Slice slice
                ? Math.min(slice.length(), size - slice.from())
                : Math.min(((ByteRange.Suffix) asked).length(), size);
        require(
                data.readableBytes() == wanted,
                key,
                data.readableBytes() + " bytes arrived of " + wanted + " that were requested");
    }

    /** Cuts the range out of an answer with the whole object. */
    private ObjectContent cut(ByteRange asked, String key) {
        long size = data.readableBytes();
        long from = asked instanceof ByteRange.Slice slice
                ? slice.from()
                : Math.max(0, size - ((ByteRange.Suffix) asked).length());
        long end =
                asked instanceof ByteRange.Slice slice && slice.length() < size - from ? from + slice.length() : size;
        require(
                from < end || size == 0,
                key,
                "an object of " + size + " bytes was sent instead of a part from " + from);
        return new ObjectContent(
                from < end ? data.readerIndex((int) from).writerIndex((int) end) : data, from, size, version);
    }

    private static void require(boolean holds, String key, String what) {
        if (!holds) {
            throw new OddAnswerException("GET object=" + key + ": " + what);
        }
    }

    /** Returns the same content with the size of its object. */
    public static ObjectContent sized(ObjectContent content, long size) {
        long from = content.from() == UNKNOWN ? size - content.data().readableBytes() : content.from();
        return new ObjectContent(content.data(), from, size, content.version());
    }
}
