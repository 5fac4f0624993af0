package io.s3stream.kafka.cluster.simulation;

import io.s3stream.api.StoreConfig;
import io.s3stream.core.compact.CompactionSettings;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimNode;
import java.time.Duration;

/** The engine with less compaction and a longer log of the metadata: other simulations test both, and they cost time. */
class BrokerEngine extends SimEngine {

    BrokerEngine(SimNode process, SimDisks disks) {
        super(process, disks);
    }

    @Override
    public CompactionSettings compactionSettings(StoreConfig config) {
        CompactionSettings usual = super.compactionSettings(config);
        return new CompactionSettings(
                Duration.ofSeconds(15),
                usual.bytesPerSecond(),
                usual.windowBytes(),
                usual.partBytes(),
                usual.minCopyBytes(),
                usual.fanout(),
                usual.blockBytes(),
                usual.streamObjectBytes(),
                usual.streamObjectMaxBytes(),
                usual.requestAttempts());
    }

    @Override
    public MetadataSettings metadataSettings() {
        MetadataSettings usual = super.metadataSettings();
        return new MetadataSettings(8 << 10, 32 << 10, 4, Duration.ofSeconds(5), usual.patience());
    }
}
