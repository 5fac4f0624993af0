package io.s3stream.register.postgresql;

import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Measures compare-and-sets per second on a real server: {@code RegisterBench URI [SECONDS [VALUE_BYTES]]}. It runs 1,
 * 8 and 32 clients on one row, which read again after a lost race, and as many clients on one row each.
 */
final class RegisterBench {

    private RegisterBench() {}

    public static void main(String[] args) throws InterruptedException {
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        byte[] value = new byte[args.length > 2 ? Integer.parseInt(args[2]) : 32 << 10];
        System.out.println("| clients | rows | changes/s | p50 | p99 | lost |");
        System.out.println("|---|---|---|---|---|---|");
        for (int clients : new int[] {1, 8, 32}) {
            run(args[0], clients, 1, seconds, value);
            if (clients > 1) {
                run(args[0], clients, clients, seconds, value);
            }
        }
    }

    private static void run(String uri, int clients, int rows, int seconds, byte[] value) throws InterruptedException {
        ThreadedTestRuntime runtime = new ThreadedTestRuntime(System.nanoTime());
        String fresh = System.nanoTime() + "-";
        ConcurrentHistogram latency = new ConcurrentHistogram(3);
        AtomicLong lost = new AtomicLong();
        CountDownLatch ready = new CountDownLatch(clients);
        CountDownLatch go = new CountDownLatch(1);
        List<MetadataRegister> registers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long[] end = new long[1];
        for (int i = 0; i < clients; i++) {
            MetadataRegister register = PostgresRegisters.of(
                            URI.create(uri + "?create=true&store=bench-" + fresh + i % rows))
                    .open(runtime);
            registers.add(register);
            Thread thread = new Thread(() -> {
                register.compareAndSet(Optional.empty(), value).join();
                ready.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                Optional<String> version = register.read().join().map(MetadataRegister.Versioned::version);
                while (System.nanoTime() < end[0]) {
                    long begun = System.nanoTime();
                    Optional<String> next =
                            register.compareAndSet(version, value).join();
                    if (next.isPresent()) {
                        latency.recordValue(System.nanoTime() - begun);
                        version = next;
                    } else {
                        lost.incrementAndGet();
                        version = register.read().join().map(MetadataRegister.Versioned::version);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        ready.await();
        end[0] = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.printf(
                "| %d | %d | %d | %.2f ms | %.2f ms | %.0f %% |%n",
                clients,
                rows,
                latency.getTotalCount() / seconds,
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(99) / 1e6,
                100.0 * lost.get() / (lost.get() + latency.getTotalCount()));
        registers.forEach(MetadataRegister::close);
        runtime.close();
    }
}
