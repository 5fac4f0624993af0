package io.s3stream.benchmarks.peers.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work of the whole machine so far, or between two moments. Linux only.
 *
 * @param nanos elapsed time
 * @param busyNanos processor time that was not idle, over all processors
 * @param writtenBytes bytes that the device of the directory was told to write; -1 if unknown
 * @param flushes cache flushes of that device; -1 if unknown
 */
record MachineUsage(long nanos, long busyNanos, long writtenBytes, long flushes) {

    /** The unit of the times in {@code /proc/stat}: {@code USER_HZ} is 100 on all Linux systems. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int SECTOR = 512;
    private static final int SECTORS_WRITTEN = 9;
    private static final int FLUSHES = 18;

    static MachineUsage now(Path directory) throws IOException {
        long now = System.nanoTime();
        long busy = busyNanos(Files.readString(Path.of("/proc/stat")));
        String device = device(Files.readAllLines(Path.of("/proc/self/mountinfo")), directory.toRealPath());
        for (String line : Files.readAllLines(Path.of("/proc/diskstats"))) {
            String[] fields = line.strip().split("\\s+");
            if (device != null && device.equals(fields[0] + ":" + fields[1])) {
                long flushes = fields.length > FLUSHES ? Long.parseLong(fields[FLUSHES]) : -1;
                return new MachineUsage(now, busy, Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR, flushes);
            }
        }
        return new MachineUsage(now, busy, -1, -1);
    }

    MachineUsage since(MachineUsage earlier) {
        return new MachineUsage(
                nanos - earlier.nanos,
                busyNanos - earlier.busyNanos,
                earlier.writtenBytes < 0 ? -1 : writtenBytes - earlier.writtenBytes,
                earlier.flushes < 0 ? -1 : flushes - earlier.flushes);
    }

    /** Returns the work of others as a share of all processors. Ticks are coarse, so the share is cut to 0 and 1. */
    double foreignShare(long ownCpuNanos, int processors) {
        return Math.max(0, Math.min(1, (double) (busyNanos - ownCpuNanos) / nanos / processors));
    }

    /** Returns the busy time in the first line of {@code /proc/stat}. Guest time is part of user time. */
    static long busyNanos(String stat) {
        String[] fields = stat.lines().findFirst().orElseThrow().split("\\s+");
        long ticks = 0;
        for (int i = 1; i < Math.min(fields.length, 9); i++) {
            boolean isIdle = i == 4 || i == 5;
            ticks += isIdle ? 0 : Long.parseLong(fields[i]);
        }
        return ticks * NANOS_PER_TICK;
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
