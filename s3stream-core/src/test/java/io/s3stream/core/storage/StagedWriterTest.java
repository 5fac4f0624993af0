package io.s3stream.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.storage.ObjectBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagedWriterTest {

    private static final int BLOCK = 512;
    private static final int STAGE_BYTES = 128 << 10;

    @TempDir
    Path directory;

    /** Pieces of any size, some of them in the memory of the writer, some in memory of their own. */
    private record MixedBody(byte[] bytes, long seed) {

        ObjectBody body() {
            return new ObjectBody() {
                @Override
                public long length() {
                    return bytes.length;
                }

                @Override
                public Cursor open() {
                    return open(ByteBuffer.allocate(0));
                }

                @Override
                public Cursor open(ByteBuffer scratch) {
                    Random random = new Random(seed);
                    int[] at = {0};
                    return () -> {
                        int length = Math.min(bytes.length - at[0], 1 + random.nextInt(1 << random.nextInt(18)));
                        if (length == 0) {
                            return null;
                        }
                        int from = at[0];
                        at[0] += length;
                        if (random.nextBoolean() || scratch.remaining() < length) {
                            return ByteBuffer.wrap(bytes, from, length).slice();
                        }
                        int start = scratch.position();
                        scratch.put(bytes, from, length);
                        return scratch.slice(start, length);
                    };
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void fileHasAllBytesInWholeBlocksUpToTheLast(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = new byte[(int) seed * BLOCK * 300 + random.nextInt(3) - 1];
        random.nextBytes(bytes);
        byte[] header = new byte[32];
        random.nextBytes(header);
        Path file = directory.resolve("past");
        Path rest = directory.resolve("rest");
        try (FileChannel past = create(file);
                FileChannel last = create(rest)) {
            StagedWriter writer = new StagedWriter(past, ByteBuffer.allocateDirect(STAGE_BYTES), BLOCK);
            writer.write(ByteBuffer.wrap(header));
            writer.write(new MixedBody(bytes, seed).body());
            writer.finish(last);
        }
        byte[] whole = ByteBuffer.allocate(header.length + bytes.length)
                .put(header)
                .put(bytes)
                .array();
        int blocks = whole.length - whole.length % BLOCK;
        assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(whole, blocks));
        try (FileChannel last = FileChannel.open(rest)) {
            ByteBuffer read = ByteBuffer.allocate(BLOCK);
            int length = Math.max(0, last.read(read, blocks));
            assertThat(Arrays.copyOf(read.array(), length)).isEqualTo(Arrays.copyOfRange(whole, blocks, whole.length));
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
