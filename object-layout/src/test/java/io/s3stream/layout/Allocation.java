package io.s3stream.layout;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How many heap bytes the current thread allocates. */
final class Allocation {

    /** More than any refusal needs (messages, stack traces, class loading), far less than a length taken at its word. */
    static final long OF_A_REFUSAL = 8 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    static long during(Runnable code) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        code.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
