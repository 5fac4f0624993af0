package io.s3stream.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.s3stream.api.StoreStats;
import io.s3stream.api.StreamStore;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * The resources that this process and a store have used so far, or between two moments.
 *
 * @param nanos elapsed time
 * @param cpuNanos processor time of all threads of the process
 * @param allocated heap bytes that the running threads have allocated; threads that have ended are not included
 */
record Usage(
        long nanos,
        long cpuNanos,
        long allocated,
        long frames,
        long frameBytes,
        long uploadedBytes,
        long storageReads,
        long storageWrites) {

    static Usage of(StreamStore store) {
        StoreStats stats = store.stats();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long allocated = Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
        return new Usage(
                System.nanoTime(),
                system.getProcessCpuTime(),
                allocated,
                stats.walFrames(),
                stats.appendedBytes(),
                stats.uploadedBytes(),
                stats.storageReads(),
                stats.storageWrites());
    }

    Usage since(Usage earlier) {
        return new Usage(
                nanos - earlier.nanos,
                cpuNanos - earlier.cpuNanos,
                allocated - earlier.allocated,
                frames - earlier.frames,
                frameBytes - earlier.frameBytes,
                uploadedBytes - earlier.uploadedBytes,
                storageReads - earlier.storageReads,
                storageWrites - earlier.storageWrites);
    }

    Usage plus(Usage more) {
        return new Usage(
                nanos + more.nanos,
                cpuNanos + more.cpuNanos,
                allocated + more.allocated,
                frames + more.frames,
                frameBytes + more.frameBytes,
                uploadedBytes + more.uploadedBytes,
                storageReads + more.storageReads,
                storageWrites + more.storageWrites);
    }

    double seconds() {
        return nanos / 1e9;
    }

    /** Returns the average frame size in whole blocks of 4 KiB. */
    int blocksOfAverageFrame() {
        long average = frames == 0 ? 4096 : frameBytes / frames;
        return (int) ((Math.max(average, 4096) + 2048) / 4096 * 4096);
    }
}
