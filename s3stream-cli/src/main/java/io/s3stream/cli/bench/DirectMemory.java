package io.s3stream.cli.bench;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Samples the direct memory of the process until it is closed. Its thread owns the peak. */
final class DirectMemory implements AutoCloseable {

    private static final int INTERVAL_MILLIS = 5;

    private final BufferPoolMXBean pool = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(each -> each.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "direct memory");
        thread.setDaemon(true);
        return thread;
    });
    private final long before = pool.getMemoryUsed();
    private volatile long peak = before;

    DirectMemory() {
        watcher.scheduleAtFixedRate(
                () -> peak = Math.max(peak, pool.getMemoryUsed()), 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns the largest amount so far, less the amount at the start. */
    long peak() {
        return peak - before;
    }

    @Override
    public void close() {
        watcher.shutdownNow();
    }
}
