package io.s3stream.core.storage;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.PooledIoExecutor;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A process of {@link DirectoryProcessesTest}. It races for the keys {@code once/<n>} and for a counter until it is
 * killed, and prints a line for each race that it has won. It writes each line with one call, so that a kill tears no
 * line that the parent counts.
 */
final class DirectoryRacer {

    private static final int CONTENT_BYTES = 64 << 10;

    private DirectoryRacer() {}

    public static void main(String[] arguments) {
        String name = arguments[1];
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var random = new SecureRandom();
        try (var storage = DirectoryObjectStorage.open(
                Path.of(arguments[0]), new PooledIoExecutor(1), UnpooledByteBufAllocator.DEFAULT, random::nextLong)) {
            out.print("READY\n");
            for (int attempt = 0; ; attempt++) {
                increment(storage, name + "." + attempt, out);
            }
        }
    }

    /** Adds one to the counter, and races for the key of the number that it read. */
    private static void increment(DirectoryObjectStorage storage, String writer, PrintStream out) {
        Optional<ObjectContent> read = storage.get("counter", ByteRange.WHOLE).join();
        String version = read.map(ObjectContent::version).orElse("");
        int number = read.map(content -> number(take(content))).orElse(0);
        PutCondition condition = read.isEmpty() ? PutCondition.IF_ABSENT : PutCondition.ifVersion(version);

        ObjectBody once = ObjectBody.of(content(number, writer));
        if (storage.put("once/" + number, once, PutCondition.IF_ABSENT).join().isPresent()) {
            out.print("ONCE " + number + " " + writer + "\n");
        }
        if (storage.put("counter", ObjectBody.of(content(number + 1, writer)), condition)
                .join()
                .isPresent()) {
            out.print("COUNTER " + (number + 1) + " " + writer + "\n");
        }
    }

    /** A number, a writer, and padding that follows from both. */
    static ByteBuffer content(int number, String writer) {
        byte[] name = writer.getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocateDirect(CONTENT_BYTES);
        content.putInt(number).put((byte) name.length).put(name);
        byte filling = (byte) (number * 31 + writer.hashCode());
        while (content.hasRemaining()) {
            content.put(filling);
        }
        return content.flip();
    }

    /** Returns the writer of a content, which must be exactly the bytes that this writer wrote. */
    static String writer(byte[] content) {
        String writer = new String(content, 5, content[4], StandardCharsets.UTF_8);
        if (!ByteBuffer.wrap(content).equals(content(number(content), writer))) {
            throw new AssertionError("torn content of " + writer);
        }
        return writer;
    }

    static int number(byte[] content) {
        return ByteBuffer.wrap(content).getInt();
    }

    static byte[] take(ObjectContent content) {
        try (content) {
            byte[] bytes = ByteBufUtil.getBytes(content.data());
            writerOrFail(bytes);
            return bytes;
        }
    }

    private static void writerOrFail(byte[] bytes) {
        if (writer(bytes).isEmpty()) {
            throw new AssertionError("content without a writer");
        }
    }
}
