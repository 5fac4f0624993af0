package io.s3stream.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.core.errors.StackRoom;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadContextTest {

    private static final int SENDERS = 4;
    private static final int TASKS = 20_000;

    /** How many calls before the end of the stack a test begins to hand over. */
    private static final int MAX_DISTANCE = 200;

    /** The same place overflows or not, depending on the code that is compiled by then. */
    private static final int FRESH_CONTEXTS = 60;

    private static final Runnable NOTHING = () -> {};

    private final ThreadedRuntime runtime = new ThreadedRuntime(79, null, false);
    private final SerialContext context = runtime.serialContext("context");
    private final IoExecutor io = runtime.ioExecutor("io", SENDERS);

    @AfterEach
    void close() {
        runtime.close();
    }

    /** State of the context. Only the list of faults has a synchronization of its own. */
    private static final class State {
        private final int[] last = new int[2 * SENDERS];
        private int tasks;
        private boolean inTask;
        private final Queue<String> faults = new ConcurrentLinkedQueue<>();

        void task(int sender, int number) {
            if (inTask) {
                faults.add("two tasks at a time");
            }
            inTask = true;
            if (number != last[sender] + 1) {
                faults.add("sender " + sender + ": " + number + " after " + last[sender]);
            }
            last[sender] = number;
            tasks++;
            inTask = false;
        }
    }

    /** Two threads that both run tasks would lose counts and mix up the order of a sender. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tasksOfAllSendersRunOneAtATimeAndInOrder(boolean released) {
        State state = sendFromAll(context, released);

        assertThat(CompletableFuture.supplyAsync(() -> state.tasks, context).join())
                .isEqualTo(2 * SENDERS * TASKS);
        assertThat(state.faults).isEmpty();
    }

    @Test
    void twoThreadsThatRunTasksAreNoticed() {
        ThreadContext mutant = new ThreadContext("mutant", NamedThreads.ofEngine("mutant"), released -> {}) {
            @Override
            boolean beginRun() {
                return true;
            }
        };
        List<String> faults = new ArrayList<>();
        for (int round = 0; round < 100 && faults.isEmpty(); round++) {
            State state = sendFromAll(mutant, false);
            CompletableFuture.runAsync(() -> faults.addAll(state.faults), mutant)
                    .join();
        }
        mutant.close();

        assertThat(faults).isNotEmpty();
    }

    private State sendFromAll(SerialContext to, boolean released) {
        State state = new State();
        CountDownLatch begin = new CountDownLatch(1);
        List<CompletableFuture<?>> sending = new ArrayList<>();
        for (int sender = 0; sender < SENDERS; sender++) {
            int host = sender;
            int own = SENDERS + sender;
            sending.add(io.submit("send", () -> send(to, own, state, begin)));
            sending.add(CompletableFuture.runAsync(() -> send(to, host, state, begin), NewThread::run));
        }
        begin.countDown();
        if (released) {
            to.release(); // its thread ends whenever it is idle, and is started again
        }
        sending.forEach(CompletableFuture::join);
        return state;
    }

    private static Void send(SerialContext to, int sender, State state, CountDownLatch begin) {
        awaitLatch(begin);
        for (int i = 1; i <= TASKS; i++) {
            int number = i;
            if (i % 3 == 0) {
                to.execute(() -> state.task(sender, number));
            } else {
                to.executeOrRun(() -> state.task(sender, number));
            }
            if (i % 100 == 0) {
                Thread.yield(); // so that the context becomes idle
            }
        }
        return null;
    }

    @Test
    void idleContextRunsAnswerOnIoThread() {
        CompletableFuture<Thread> ran = new CompletableFuture<>();

        Thread sender = io.submit("answer", () -> {
                    context.executeOrRun(() -> ran.complete(Thread.currentThread()));
                    return Thread.currentThread();
                })
                .join();

        assertThat(ran.join()).isSameAs(sender);
    }

    @Test
    void threadOfHostNeverRunsTask() {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        context.executeOrRun(() -> ran.complete(Thread.currentThread()));

        assertThat(ran.join()).isNotSameAs(Thread.currentThread());
    }

    @Test
    void taskThatIsHandedOverByTaskRunsAfterIt() {
        List<String> order = new ArrayList<>();

        io.submit("answer", () -> {
                    context.executeOrRun(() -> {
                        context.executeOrRun(() -> order.add("inner"));
                        order.add("outer");
                    });
                    return null;
                })
                .join();
        CompletableFuture.runAsync(() -> {}, context).join();

        assertThat(order).containsExactly("outer", "inner");
    }

    @Test
    void ioThreadLeavesWorkWithoutEndToThreadOfContext() {
        AtomicInteger rounds = new AtomicInteger();
        CompletableFuture<Void> stop = new CompletableFuture<>();
        Runnable endless = new Runnable() {
            @Override
            public void run() {
                rounds.incrementAndGet();
                if (!stop.isDone()) {
                    context.execute(this);
                }
            }
        };

        io.submit("answer", () -> {
                    context.executeOrRun(endless);
                    return null;
                })
                .join();
        int before = rounds.get();

        await().until(() -> rounds.get() > before + 100);
        stop.complete(null);
    }

    @Test
    void taskDuringRunOfIoThreadIsNotForgotten() {
        CountDownLatch inTask = new CountDownLatch(1);
        CountDownLatch handedOver = new CountDownLatch(1);
        CompletableFuture<Void> second = new CompletableFuture<>();

        CompletableFuture<?> answer = io.submit("answer", () -> {
            context.executeOrRun(() -> {
                inTask.countDown();
                awaitLatch(handedOver);
            });
            return null;
        });
        awaitLatch(inTask);
        context.execute(() -> second.complete(null)); // wakes no thread
        handedOver.countDown();

        second.join();
        answer.join();
    }

    @Test
    void failedTaskOnIoThreadStopsNeitherContextNorCaller() {
        AtomicInteger ran = new AtomicInteger();

        io.submit("answer", () -> {
                    context.executeOrRun(() -> {
                        throw new AssertionError("meant");
                    });
                    context.executeOrRun(ran::incrementAndGet);
                    return null;
                })
                .join();
        CompletableFuture.runAsync(ran::incrementAndGet, context).join();

        assertThat(ran).hasValue(2);
    }

    /** A metrics recorder of the host may set the flag. A later write of the I/O task would then close its channel. */
    @Test
    void interruptByTaskDoesNotReachIoTask(@TempDir Path directory) {
        CompletableFuture<Integer> written = io.submit("answer", () -> {
            try (FileChannel file =
                    FileChannel.open(directory.resolve("wal"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                context.executeOrRun(() -> Thread.currentThread().interrupt());
                return file.write(ByteBuffer.allocate(1));
            }
        });

        assertThat(written).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1);
    }

    /** As an {@link OutOfMemoryError} that the JVM made in advance: the logger, which has no memory either, throws it again. */
    private static final class Unloggable extends Error {
        private static final long serialVersionUID = 1;

        @Override
        public void printStackTrace(PrintStream to) {
            throw this;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void failureThatCannotBeLoggedDoesNotStopContext(boolean onIoThread) {
        CompletableFuture<Void> next = new CompletableFuture<>();
        Runnable both = () -> {
            context.execute(() -> {
                throw new Unloggable();
            });
            context.execute(() -> next.complete(null));
        };

        if (onIoThread) {
            io.submit("answer", () -> {
                context.executeOrRun(both);
                return null;
            });
        } else {
            context.execute(both);
        }

        assertThat(next).succeedsWithin(Duration.ofSeconds(10));
    }

    /** An Error after a task is in the queue must not lose the wake-up: no later caller would wake the thread. */
    @Test
    void handOverAtEndOfStackLosesNoWakeUp() {
        for (int round = 0; round < FRESH_CONTEXTS; round++) {
            SerialContext fresh = runtime.serialContext("fresh");

            CompletableFuture.runAsync(() -> atEndOfStack(() -> fresh.execute(NOTHING)), NewThread::run)
                    .join();

            assertThat(CompletableFuture.runAsync(NOTHING, fresh))
                    .as("round %s", round)
                    .succeedsWithin(Duration.ofSeconds(10));
            fresh.release();
        }
    }

    /** A task that overflows half way leaves the state of the context half-changed, and the store fails. */
    @Test
    void answerAtEndOfStackIsLeftToThreadOfContext() {
        for (int round = 0; round < 3; round++) {
            SerialContext fresh = runtime.serialContext("fresh");
            AtomicInteger overflows = new AtomicInteger();
            Runnable task = () -> useStack(overflows);

            io.submit("answer", () -> atEndOfStack(() -> fresh.executeOrRun(task)))
                    .join();

            assertThat(CompletableFuture.runAsync(NOTHING, fresh))
                    .as("round %s", round)
                    .succeedsWithin(Duration.ofSeconds(10));
            assertThat(overflows).as("round %s", round).hasValue(0);
            fresh.release();
        }
    }

    private static void useStack(AtomicInteger overflows) {
        try {
            StackRoom.requireLittle();
        } catch (StackOverflowError e) {
            overflows.incrementAndGet();
        }
    }

    /** Calls {@code handOver} with almost no stack, and again with a little more, and so on. */
    private static int atEndOfStack(Runnable handOver) {
        int above;
        try {
            above = atEndOfStack(handOver) + 1;
        } catch (StackOverflowError e) {
            above = 0;
        }
        if (above < MAX_DISTANCE) {
            try {
                handOver.run();
            } catch (StackOverflowError e) {
                return above; // meant
            }
        }
        return above;
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An executor with a thread for each task. */
    private static final class NewThread {

        private static final long STACK_BYTES = 256 << 10;

        static void run(Runnable task) {
            Thread thread = new Thread(null, task, "host", STACK_BYTES);
            thread.setDaemon(true);
            thread.start();
        }
    }
}
