package io.s3stream.cli.bench.isolation;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.s3stream.cli.bench.LoadOptions;
import io.s3stream.cli.bench.StorageOptions;
import io.s3stream.cli.terminal.ToolException;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Sizes with which the measured store uploads only when a disturbance asks for it.
 *
 * @param cacheBytes of the write cache
 * @param walBytes of each WAL file
 */
record Sizes(long cacheBytes, long walBytes) {

    /** An upload begins at a quarter of the smaller of write cache and WAL. */
    private static final int ROOM = 5;

    private static final long MIN_CACHE_BYTES = 64 << 20;
    /** Direct memory for reads, and for the neighbour. */
    private static final long OTHER_BYTES = 512 << 20;

    private static final Duration MARGIN = Duration.ofSeconds(1);

    static Sizes of(LoadOptions load, DisturbanceOptions disturbances, StorageOptions storage) {
        Duration phase = load.duration().plus(Phase.SETTLE).plus(MARGIN);
        Duration longest = phase.compareTo(load.warmup()) > 0 ? phase : load.warmup();
        long appended = (long) (load.rate() / 1e9 * longest.toNanos());
        long cache = Math.max(MIN_CACHE_BYTES, ROOM * appended);
        long memory = maxDirectMemory();
        if (cache + OTHER_BYTES > memory) {
            throw new ToolException("--duration=" + load.duration().toMillis() + "ms: a phase without uploads needs "
                    + ((cache + OTHER_BYTES) >> 20) + " MiB of direct memory at this --rate, the process has "
                    + (memory >> 20) + " MiB; give a shorter --duration or --warmup, a lower --rate, or"
                    + " S3STREAM_JAVA_OPTS=-XX:MaxDirectMemorySize=SIZE");
        }
        long neighbour = Neighbour.capacity(disturbances.takeOverBytes());
        return new Sizes(cache, Math.max(storage.walCapacity(), Math.max(cache, neighbour)));
    }

    private static long maxDirectMemory() {
        String given = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxDirectMemorySize")
                .getValue();
        return given.equals("0") ? Runtime.getRuntime().maxMemory() : Long.parseLong(given);
    }
}
