package io.s3stream.simulation.world;

import io.s3stream.api.StoreConfig;
import io.s3stream.core.compact.CompactionSettings;
import io.s3stream.core.metadata.log.MetadataSettings;
import java.nio.file.Path;
import java.time.Duration;

/** Small limits, so that a short history reaches all of them. */
public final class SimConfig {

    public static final Path WAL_PATH = Path.of("/wal");
    public static final String WAL_URI = wal(WAL_PATH);

    static final Duration GRACE = Duration.ofMillis(60);
    static final Duration SWEEP_INTERVAL = Duration.ofMillis(150);

    private SimConfig() {}

    public static final String STORE_WAL_URI =
            "store:/?capacity=1MiB&maxInFlight=4&maxInFlightBytes=64KiB&targetFrame=16KiB" + "&linger=10ms&timeout=5s";

    public static String wal(Path path) {
        return "block://" + path + "?capacity=384KiB&maxInFlight=4&maxInFlightBytes=64KiB";
    }

    public static StoreConfig store() {
        return builder().build();
    }

    /**
     * The configuration of the process with this number. Every second process joins reads of several streams, and has
     * read memory for several such reads.
     */
    public static StoreConfig store(int process) {
        return process % 2 == 0
                ? builder().readBufferBytes(1 << 20).joinedGetBytes(64 << 10).build()
                : store();
    }

    public static StoreConfig.Builder builder() {
        return StoreConfig.builder()
                .writeCacheBytes(512 << 10)
                .blockCacheBytes(16 << 10)
                .readBufferBytes(128 << 10)
                .frameBytes(16 << 10)
                .maxAppendBytes(48 << 10)
                .uploadThresholdBytes(24 << 10)
                .uploadInterval(Duration.ofMillis(80))
                .maxConcurrentUploads(2)
                .blockBytes(4 << 10)
                .streamObjectBytes(12 << 10)
                .readAheadBytes(64 << 10)
                .closeTimeout(Duration.ofMinutes(2))
                .walTimeout(Duration.ofMillis(50))
                .idleFrameDelay(Duration.ofMillis(20))
                .deletionGrace(GRACE)
                .sweepInterval(SWEEP_INTERVAL);
    }

    /** Two objects suffice for a merge, and an object of more than a few blocks does not fit into one request. */
    static CompactionSettings compaction(StoreConfig config) {
        return new CompactionSettings(
                Duration.ofMillis(60),
                4 << 20,
                32 << 10,
                8 << 10,
                4 << 10,
                2,
                config.blockBytes(),
                config.streamObjectBytes(),
                256 << 10,
                2);
    }

    public static MetadataSettings metadata() {
        return new MetadataSettings(
                256,
                2 << 10,
                3,
                Duration.ofMillis(100),
                new MetadataSettings.Patience(
                        Duration.ofMinutes(10), Duration.ofSeconds(5), Duration.ofMillis(5), Duration.ofMillis(200)));
    }
}
