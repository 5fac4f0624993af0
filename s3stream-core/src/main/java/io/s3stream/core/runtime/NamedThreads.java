package io.s3stream.core.runtime;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads with a name that says whose they are. */
final class NamedThreads implements ThreadFactory {

    private final String name;
    private final AtomicInteger count = new AtomicInteger();

    NamedThreads(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
        int number = count.getAndIncrement();
        Thread thread = new Thread(task, number == 0 ? name : name + "-" + number);
        thread.setDaemon(true);
        return thread;
    }
}
