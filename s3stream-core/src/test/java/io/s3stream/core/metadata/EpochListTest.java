package io.s3stream.core.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EpochListTest {

    private static final EpochList THREE =
            EpochList.EMPTY.with(2, 0).with(5, 10).with(6, 30);

    @Test
    void recordsOfTheLastEpochOrAnOlderOneChangeNothing() {
        assertThat(THREE.with(6, 40)).isSameAs(THREE);
        assertThat(THREE.with(4, 40)).isSameAs(THREE);
        assertThat(THREE.toMap()).isEqualTo(Map.of(2L, 0L, 5L, 10L, 6L, 30L));
    }

    @Test
    void anEpochBeginsBehindTheOneBefore() {
        assertThatThrownBy(() -> THREE.with(7, 30)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTrimDropsEpochsWithoutReadableRecords() {
        assertThat(THREE.from(0)).isSameAs(THREE);
        assertThat(THREE.from(9).toMap()).isEqualTo(Map.of(2L, 9L, 5L, 10L, 6L, 30L));
        assertThat(THREE.from(10).toMap()).isEqualTo(Map.of(5L, 10L, 6L, 30L));
        assertThat(THREE.from(35).toMap()).isEqualTo(Map.of(6L, 35L));
        assertThat(EpochList.EMPTY.from(7)).isEqualTo(EpochList.EMPTY);
    }

    @Test
    void theNewestEpochTakesThePlaceOfTheOldest() {
        EpochList list = EpochList.EMPTY;
        for (int i = 1; i <= EpochList.MAX_EPOCHS + 2; i++) {
            list = list.with(i, 10L * i);
        }
        assertThat(list.size()).isEqualTo(EpochList.MAX_EPOCHS);
        assertThat(list.epoch(0)).isEqualTo(3);
        assertThat(list.firstOffset(0)).isEqualTo(30);
        assertThat(list.epoch(EpochList.MAX_EPOCHS - 1)).isEqualTo(EpochList.MAX_EPOCHS + 2);
    }
}
