package io.s3stream.core.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.layout.ObjectKeys;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DataKeysTest {

    private final DataKeys keys = new DataKeys(3, 17);

    @Test
    void keysAreThoseOfTheNodeEpochAndNeverTheSame() {
        assertThat(ObjectKeys.parse(keys.next())).isEqualTo(new ObjectKeys.DataKey(3, 17, 1));
        assertThat(ObjectKeys.parse(keys.next())).isEqualTo(new ObjectKeys.DataKey(3, 17, 2));
    }

    /** What a sweep may not touch [R22]. */
    @Test
    void aKeyIsInFlightUntilItIsSettled() {
        String first = keys.next();
        String second = keys.next();
        assertThat(keys.counters()).isEqualTo(new DataKeys.Counters(2, Set.of(1L, 2L)));
        keys.settled(List.of(first));
        assertThat(keys.counters()).isEqualTo(new DataKeys.Counters(2, Set.of(2L)));
        keys.settled(List.of(first, second));
        assertThat(keys.counters()).isEqualTo(new DataKeys.Counters(2, Set.of()));
    }
}
