package io.s3stream.benchmarks.peers.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counters of the whole machine at one moment. Linux only.
 *
 * @param nanos time of the snapshot
 * @param busyNanos processor time of all processes and kernel threads, and time that the hypervisor took away. Time in
 *     interrupt handlers is not included, since the contender's own writes cause most of it
 * @param writtenBytes bytes that the device of the directory was told to write; -1 if unknown
 * @param flushes cache flushes of that device; -1 if unknown
 */
record MachineUsage(long nanos, long busyNanos, KernelThreads kernel, long writtenBytes, long flushes) {

    /**
     * The difference of two snapshots.
     *
     * @param kernelNanos processor time of kernel threads, part of the busy time
     */
    record Difference(long nanos, long busyNanos, long kernelNanos, long writtenBytes, long flushes) {

        /**
         * Returns the work of other processes as a share of all processors. Ticks are coarse, so the share is cut to 0
         * and 1.
         */
        double foreignShare(long ownCpuNanos, int processors) {
            long foreign = busyNanos - kernelNanos - ownCpuNanos;
            return Math.max(0, Math.min(1, (double) foreign / nanos / processors));
        }
    }

    /** The unit of the times in {@code /proc}: {@code USER_HZ} is 100 on all Linux systems. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final List<Integer> BUSY = List.of(1, 2, 3, 8); // user, nice, system, steal
    private static final int SECTOR = 512;
    private static final int SECTORS_WRITTEN = 9;
    private static final int FLUSHES = 18;

    static MachineUsage now(Path directory) throws IOException {
        long now = System.nanoTime();
        long busy = busyNanos(Files.readString(Path.of("/proc/stat")));
        KernelThreads kernel = KernelThreads.now();
        String device = device(Files.readAllLines(Path.of("/proc/self/mountinfo")), directory.toRealPath());
        for (String line : Files.readAllLines(Path.of("/proc/diskstats"))) {
            String[] fields = line.strip().split("\\s+");
            if (device != null && device.equals(fields[0] + ":" + fields[1])) {
                long flushes = fields.length > FLUSHES ? Long.parseLong(fields[FLUSHES]) : -1;
                return new MachineUsage(now, busy, kernel, Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR, flushes);
            }
        }
        return new MachineUsage(now, busy, kernel, -1, -1);
    }

    Difference since(MachineUsage earlier) {
        return new Difference(
                nanos - earlier.nanos,
                busyNanos - earlier.busyNanos,
                kernel.since(earlier.kernel) * NANOS_PER_TICK,
                earlier.writtenBytes < 0 ? -1 : writtenBytes - earlier.writtenBytes,
                earlier.flushes < 0 ? -1 : flushes - earlier.flushes);
    }

    /** Returns the busy time in the first line of {@code /proc/stat}. Guest time is part of user time. */
    static long busyNanos(String stat) {
        String[] fields = stat.lines().findFirst().orElseThrow().split("\\s+");
        return BUSY.stream().mapToLong(field -> Long.parseLong(fields[field])).sum() * NANOS_PER_TICK;
    }

    /** Returns the numbers of the device that is mounted closest above the directory. */
    static @Nullable String device(List<String> mounts, Path directory) {
        String device = null;
        int depth = -1;
        for (String mount : mounts) {
            String[] fields = mount.split(" ");
            Path point = Path.of(fields[4]);
            if (directory.startsWith(point) && point.getNameCount() >= depth) {
                device = fields[2];
                depth = point.getNameCount();
            }
        }
        return device;
    }
}
