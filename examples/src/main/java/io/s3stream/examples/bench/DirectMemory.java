package io.s3stream.examples.bench;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** Looks again and again how much direct memory the process has, until it is closed. Its thread owns the peak. */
final class DirectMemory implements AutoCloseable {

    private static final int INTERVAL_MILLIS = 5;

    private final BufferPoolMXBean pool = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(each -> each.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    private final Thread thread = new Thread(this::watch, "direct memory");
    private final long before = pool.getMemoryUsed();
    private volatile long peak = before;

    DirectMemory() {
        thread.setDaemon(true);
        thread.start();
    }

    /** The most there was so far, above what there was in the beginning. */
    long peak() {
        return peak - before;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            while (true) {
                peak = Math.max(peak, pool.getMemoryUsed());
                Thread.sleep(INTERVAL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }
}
