package io.s3stream.layout;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures the heap bytes that the current thread allocates. */
final class Allocation {

    /** An upper bound for a refusal (messages, stack traces, class loading), far below an unchecked length field. */
    static final long OF_A_REFUSAL = 8 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    static long during(Runnable code) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        code.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
