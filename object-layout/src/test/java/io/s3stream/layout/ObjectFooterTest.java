package io.s3stream.layout;

import static io.s3stream.layout.Failures.assertCorrupted;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectFooterTest {

    private final ByteBuffer object = Samples.object();
    private final int size = object.limit();
    private final int tailBytes = 16 + 3 * 56 + 40;

    private ByteBuffer suffix(int bytes) {
        return object.slice(size - bytes, bytes);
    }

    @Test
    void footerAloneTellsRemainingBytesToRead() {
        assertThat(ObjectIndex.tailBytes(suffix(40), size)).isEqualTo(tailBytes);
        assertCorrupted(() -> ObjectIndex.decode(suffix(40), size)).withMessageContaining("needs " + tailBytes);
    }

    @Test
    void anySuffixThatReachesIndexDecodes() {
        for (int bytes = tailBytes; bytes <= size; bytes++) {
            assertThat(ObjectIndex.decode(suffix(bytes), size).entries()).hasSize(3);
        }
        for (int bytes = 40; bytes < tailBytes; bytes++) {
            int cut = bytes;
            assertCorrupted(() -> ObjectIndex.decode(suffix(cut), size));
        }
    }

    @Test
    void suffixIsReadFromPositionToLimitOfAnyBuffer() {
        ByteBuffer direct = ByteBuffer.allocateDirect(size + 30).put(17, object, 0, size);
        direct.position(17).limit(17 + size);
        assertThat(ObjectIndex.decode(direct, size).entries()).hasSize(3);
        assertThat(ObjectIndex.decode(object.asReadOnlyBuffer(), size).entries())
                .hasSize(3);
        direct.position(17 + size - tailBytes + 1);
        assertCorrupted(() -> ObjectIndex.decode(direct, size));
        direct.position(17 + size - 39);
        assertCorrupted(() -> ObjectIndex.tailBytes(direct, size)).withMessageContaining("too short");
    }

    @Test
    void everyTruncationOfObjectIsRefused() {
        for (int bytes = 0; bytes < size; bytes++) {
            ByteBuffer cut = object.slice(0, bytes);
            assertCorrupted(() -> ObjectIndex.decode(cut, cut.limit()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 39, 40, Long.MAX_VALUE})
    void objectOfOtherSizeThanFooterIsRefused(long otherSize) {
        assertCorrupted(() -> ObjectIndex.decode(object, otherSize));
        assertCorrupted(() -> ObjectIndex.tailBytes(object, size + 1L));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 15, 16 + 3 * 56 - 1, 16 + 3 * 56 + 1, Integer.MAX_VALUE})
    void impossibleIndexSizeIsRefusedUnderValidChecksums(int indexBytes) {
        ByteBuffer changed = Resealing.tail(Samples.copy(object).putInt(size - 40 + 8, indexBytes));
        assertCorrupted(() -> ObjectIndex.decode(changed, size)).withMessageContaining("does not fit");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE})
    void impossibleIndexPositionIsRefusedUnderValidChecksums(long position) {
        ByteBuffer changed = Resealing.tail(Samples.copy(object).putLong(size - 40, position));
        assertCorrupted(() -> ObjectIndex.decode(changed, size)).withMessageContaining("does not fit");
    }

    @Test
    void hugeIndexInFooterIsNotAllocated() {
        ByteBuffer footer = ByteBuffer.allocate(40);
        long hugeSize = 16L + 38_000_000L * 56 + 40;
        footer.putLong(0, 0)
                .putInt(8, (int) (hugeSize - 40))
                .putLong(16, hugeSize)
                .putInt(28, 1);
        footer.putInt(32, Checksums.crc32c(footer, 0, 32)).putInt(36, 0x5333_4f42);
        assertThat(ObjectIndex.tailBytes(footer, hugeSize)).isEqualTo(hugeSize);
        long allocated = Allocation.during(() ->
                assertCorrupted(() -> ObjectIndex.decode(footer, hugeSize)).withMessageContaining("have 40"));
        assertThat(allocated).isLessThan(Allocation.OF_A_REFUSAL);
    }

    @Test
    void unknownVersionOrMagicIsRefused() {
        assertCorrupted(() -> Decoders.index(Resealing.tail(Samples.copy(object).putInt(size - 12, 2))));
        assertCorrupted(() -> Decoders.index(Resealing.tail(Samples.copy(object).putInt(size - 4, 2))));
    }
}
