package io.s3stream.benchmarks.peers.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The processor time of the kernel's own threads at one moment. They write back the page cache, for example.
 *
 * @param ticks processor time of each thread since its start
 */
record KernelThreads(Map<String, Long> ticks) {

    private static final int FLAGS = 6;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /** The bit in the flags of a thread that has no user space: {@code PF_KTHREAD}. */
    private static final long KERNEL_THREAD = 0x00200000;

    static KernelThreads now() throws IOException {
        Map<String, Long> ticks = new HashMap<>();
        List<Path> processes;
        try (var listing = Files.list(Path.of("/proc"))) {
            processes = listing.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList();
        }
        for (Path process : processes) {
            try {
                long used = ticks(Files.readString(process.resolve("stat")));
                if (used >= 0) {
                    ticks.put(process.getFileName().toString(), used);
                }
            } catch (NoSuchFileException e) {
                continue; // the process has ended since the listing
            } catch (IOException e) {
                if (Files.exists(process)) {
                    throw e;
                }
            }
        }
        return new KernelThreads(ticks);
    }

    /** Returns the ticks in a line of {@code /proc/PID/stat}; -1 for a process with user space. */
    static long ticks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        boolean isKernelThread = (Long.parseLong(fields[FLAGS]) & KERNEL_THREAD) != 0;
        return isKernelThread ? Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]) : -1;
    }

    /** Returns the ticks since an earlier moment. Threads that ended in between are missing. */
    long since(KernelThreads earlier) {
        return ticks.entrySet().stream()
                .mapToLong(thread -> Math.max(0, thread.getValue() - earlier.ticks.getOrDefault(thread.getKey(), 0L)))
                .sum();
    }
}
