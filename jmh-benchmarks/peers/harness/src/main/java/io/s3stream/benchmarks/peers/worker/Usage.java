package io.s3stream.benchmarks.peers.worker;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * The resources that processes have used so far, or between two moments.
 *
 * @param cpuNanos processor time of all threads, also of native ones
 * @param allocated heap bytes that the running Java threads have allocated; ended threads are not included
 * @param collections number of garbage collections
 */
public record Usage(long cpuNanos, long allocated, long collections) {

    /** Returns the usage of this JVM. */
    public static Usage ofThisProcess() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long allocated = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            allocated += Math.max(0, bytes);
        }
        long collections = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += Math.max(0, collector.getCollectionCount());
        }
        return new Usage(system.getProcessCpuTime(), allocated, collections);
    }

    /** Returns the sum of two processes. */
    public Usage plus(Usage other) {
        return new Usage(cpuNanos + other.cpuNanos, allocated + other.allocated, collections + other.collections);
    }

    /** Returns the difference from an earlier moment. */
    public Usage since(Usage earlier) {
        return new Usage(cpuNanos - earlier.cpuNanos, allocated - earlier.allocated, collections - earlier.collections);
    }
}
