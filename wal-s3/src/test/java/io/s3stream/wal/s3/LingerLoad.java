package io.s3stream.wal.s3;

import io.s3stream.spi.wal.FillingFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Appends on a WAL with a linger, in virtual time. A frame begins with an append, and its PUT begins when the pacer says
 * so or when the frame is full. Several PUTs are in flight. Clients of a closed loop append again after an acknowledgement;
 * those of an open loop append at random times.
 */
final class LingerLoad {

    private static final long FULL = 12 << 20;
    private static final int MAX_IN_FLIGHT = 16;

    private final PutPacer pacer;
    private final long putNanos;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private long now;
    private long numbers;
    private Frame open;
    private long puts;
    private long bytes;
    private long longestLinger;
    private long lingers;

    private record Event(long at, long number, Runnable action) {}

    /** The frame that is filled, and the actions of its clients after the acknowledgement. */
    private static final class Frame {
        long bytes;
        long begunAt;
        long grownAt;
        final List<Runnable> answers = new ArrayList<>();
    }

    /** @param lingers the sum over all frames */
    record Outcome(long nanos, long puts, long bytes, long lingers, long longestLinger) {

        long meanLinger() {
            return lingers / puts;
        }

        double mebibytesPerSecond() {
            return bytes / (nanos / 1e9) / (1 << 20);
        }
    }

    LingerLoad(LingerPolicy policy, long putNanos) {
        this.putNanos = putNanos;
        this.pacer = new PutPacer(policy, MAX_IN_FLIGHT, () -> now);
    }

    /**
     * Adds clients that wait for their acknowledgements.
     *
     * @param gapNanos from an acknowledgement to the next append, times the number of the client
     */
    LingerLoad closedLoop(int clients, int appendBytes, long gapNanos) {
        for (int i = 1; i <= clients; i++) {
            long gap = i * gapNanos;
            at(gap, new Runnable() {
                @Override
                public void run() {
                    append(appendBytes, () -> at(gap, this));
                }
            });
        }
        return this;
    }

    /** Adds appends at random times that depend on no acknowledgement. */
    LingerLoad openLoop(int appendBytes, long meanGapNanos, long seed) {
        Random random = new Random(seed);
        at(0, new Runnable() {
            @Override
            public void run() {
                append(appendBytes, () -> {});
                at((long) (-Math.log(1 - random.nextDouble()) * meanGapNanos) + 1, this);
            }
        });
        return this;
    }

    /** Adds appends at a steady rate. */
    LingerLoad steady(int appendBytes, long gapNanos) {
        at(0, new Runnable() {
            @Override
            public void run() {
                append(appendBytes, () -> {});
                at(gapNanos, this);
            }
        });
        return this;
    }

    Outcome run(long nanos) {
        for (Event next = events.poll(); next.at() < nanos; next = events.poll()) {
            now = next.at();
            next.action().run();
        }
        return new Outcome(nanos, puts, bytes, lingers, longestLinger);
    }

    private void at(long delay, Runnable action) {
        events.add(new Event(now + delay, numbers++, action));
    }

    private void append(int appendBytes, Runnable onAnswer) {
        boolean begins = open == null;
        Frame frame = begins ? new Frame() : open;
        if (begins) {
            frame.begunAt = now;
            open = frame;
        }
        frame.bytes += appendBytes;
        frame.grownAt = now;
        frame.answers.add(onAnswer);
        if (frame.bytes >= FULL) {
            seal(frame);
        } else if (begins) {
            ask(frame);
        }
    }

    private void ask(Frame frame) {
        if (frame != open) {
            return; // it was full before its linger ended
        }
        Duration age = Duration.ofNanos(now - frame.begunAt);
        Duration quiet = Duration.ofNanos(now - frame.grownAt);
        long linger =
                pacer.linger(new FillingFrame((int) frame.bytes, age, quiet)).toNanos();
        if (linger == 0) {
            seal(frame);
        } else {
            at(linger, () -> ask(frame));
        }
    }

    private void seal(Frame frame) {
        open = null;
        puts++;
        bytes += frame.bytes;
        lingers += now - frame.begunAt;
        longestLinger = Math.max(longestLinger, now - frame.begunAt);
        pacer.onFrame(frame.bytes);
        at(putNanos, () -> {
            pacer.onAnswer(putNanos);
            frame.answers.forEach(Runnable::run);
        });
    }
}
