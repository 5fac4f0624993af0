package io.s3stream.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.layout.BlockEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where blocks may be. With an index that names a byte twice, a reader would read it twice. */
class BlockPlacesTest {

    @Test
    void adjacentBlocksInAnyOrderAreValid() {
        assertThat(BlockPlaces.wrong(List.of(block(500, 100), block(0, 100), block(100, 400))))
                .isEmpty();
        assertThat(BlockPlaces.wrong(List.of())).isEmpty();
    }

    @Test
    void byteInTwoBlocksIsFound() {
        assertThat(BlockPlaces.wrong(List.of(block(0, 101), block(100, 400))))
                .hasValueSatisfying(wrong -> assertThat(wrong).contains("position 100 overlaps"));
        assertThat(BlockPlaces.wrong(List.of(block(7, 100), block(7, 100)))).isPresent();
    }

    @Test
    void impossiblyLargeBlockIsFound() {
        assertThat(BlockPlaces.wrong(List.of(block(0, Integer.MAX_VALUE)))).isPresent();
    }

    private static BlockEntry block(long position, int size) {
        return new BlockEntry(1, 1, 0, 10, 5, position, size);
    }
}
