package io.s3stream.core.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.StoreConfig;
import io.s3stream.spi.wal.WalProfile;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    private static int frameTarget(StoreConfig config, int preferred, int maxFrame) {
        return frameTarget(config, preferred, maxFrame, Integer.MAX_VALUE);
    }

    private static int frameTarget(StoreConfig config, int preferred, int maxFrame, int maxFrameOfAll) {
        WalProfile wal = new WalProfile(512, maxFrame, 16, 64 * MIB, preferred, Duration.ZERO, 1L << 32);
        return MemoryPlan.of(config).frameTargetBytes(config, wal, maxFrameOfAll);
    }

    @Test
    void walThatPrefersLargeFramesGetsThemBeyondAnOrdinarySlab() {
        assertThat(frameTarget(StoreConfig.defaults(), 12 * MIB, 64 * MIB)).isEqualTo(12 * MIB);
    }

    @Test
    void preferredFrameIsAtMostATwentiethOfTheWriteCache() {
        StoreConfig small = StoreConfig.builder()
                .writeCacheBytes(80 * MIB)
                .maxAppendBytes(8 * MIB)
                .build();
        assertThat(frameTarget(small, 12 * MIB, 64 * MIB)).isEqualTo(4 * MIB);
    }

    @Test
    void walWithoutPreferenceGetsFramesOfTheConfiguration() {
        assertThat(frameTarget(StoreConfig.defaults(), 0, 64 * MIB)).isEqualTo(512 * KIB);
    }

    @Test
    void configuredFrameFitsIntoAnOrdinarySlab() {
        StoreConfig large = StoreConfig.builder().frameBytes(32 * MIB).build();
        assertThat(frameTarget(large, 0, 64 * MIB)).isEqualTo(4 * MIB);
    }

    @Test
    void targetIsAtMostTheLargestFrameOfTheWal() {
        assertThat(frameTarget(StoreConfig.defaults(), 12 * MIB, MIB)).isEqualTo(MIB);
    }

    @Test
    void frameThatAnAbandonedWalReturnsFitsTheFallback() {
        assertThat(frameTarget(StoreConfig.defaults(), 12 * MIB, 64 * MIB, 4 * MIB))
                .isEqualTo(4 * MIB);
    }
}
