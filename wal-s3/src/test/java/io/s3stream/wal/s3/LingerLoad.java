package io.s3stream.wal.s3;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Appends on a WAL with a linger, in virtual time. A frame begins with an append, and its PUT begins after the linger or
 * when the frame is full. Several PUTs are in flight. Clients of a closed loop append again after an acknowledgement;
 * those of an open loop append at random times.
 */
final class LingerLoad {

    private static final long FULL = 4 << 20;

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

    private record Event(long at, long number, Runnable action) {}

    /** The frame that is filled, and the actions of its clients after the acknowledgement. */
    private static final class Frame {
        long bytes;
        final List<Runnable> answers = new ArrayList<>();
    }

    record Outcome(long nanos, long puts, long bytes, long longestLinger) {

        double mebibytesPerSecond() {
            return bytes / (nanos / 1e9) / (1 << 20);
        }
    }

    LingerLoad(LingerPolicy policy, long putNanos) {
        this.putNanos = putNanos;
        this.pacer = new PutPacer(policy, () -> now);
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

    Outcome run(long nanos) {
        for (Event next = events.poll(); next.at() < nanos; next = events.poll()) {
            now = next.at();
            next.action().run();
        }
        return new Outcome(nanos, puts, bytes, longestLinger);
    }

    private void at(long delay, Runnable action) {
        events.add(new Event(now + delay, numbers++, action));
    }

    private void append(int appendBytes, Runnable onAnswer) {
        if (open == null) {
            Frame frame = new Frame();
            open = frame;
            long linger = pacer.linger().toNanos();
            longestLinger = Math.max(longestLinger, linger);
            at(linger, () -> seal(frame));
        }
        open.bytes += appendBytes;
        open.answers.add(onAnswer);
        if (open.bytes >= FULL) {
            seal(open);
        }
    }

    private void seal(Frame frame) {
        if (frame != open) {
            return; // it was full before its linger ended
        }
        open = null;
        puts++;
        bytes += frame.bytes;
        pacer.onPut();
        pacer.onFrame(frame.bytes);
        at(putNanos, () -> {
            pacer.onAnswer(putNanos);
            frame.answers.forEach(Runnable::run);
        });
    }
}
