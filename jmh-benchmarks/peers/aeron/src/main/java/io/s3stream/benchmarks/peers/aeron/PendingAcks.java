package io.s3stream.benchmarks.peers.aeron;

import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.status.RecordingPos;
import io.s3stream.benchmarks.peers.worker.Ack;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.status.CountersReader;

/**
 * The appends of one producer that are not recorded yet, oldest first. The producer's thread owns the tail, the
 * watching thread owns the head.
 */
final class PendingAcks {

    private static final long START_NANOS = 1_000_000;
    private static final int CHECK_EVERY = 1 << 12;

    private final CountersReader counters;
    private final int counter;
    private final long recording;
    private final long[] positions;
    private final Ack[] acks;
    private final int mask;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();
    private int idleRounds;

    /** Waits until the archive records the session. */
    PendingAcks(AeronArchive archive, int session, int window) {
        this.counters = archive.context().aeron().countersReader();
        int found = RecordingPos.findCounterIdBySession(counters, session, archive.archiveId());
        while (found == CountersReader.NULL_COUNTER_ID) {
            LockSupport.parkNanos(START_NANOS);
            found = RecordingPos.findCounterIdBySession(counters, session, archive.archiveId());
        }
        this.counter = found;
        this.recording = RecordingPos.getRecordingId(counters, found);
        int size = Integer.highestOneBit(window) << 1;
        this.positions = new long[size];
        this.acks = new Ack[size];
        this.mask = size - 1;
    }

    void add(long position, Ack ack) throws IOException {
        long at = tail.get();
        if (at - head.get() > mask) {
            throw new IOException("more appends in flight than the window allows");
        }
        positions[(int) at & mask] = position;
        acks[(int) at & mask] = ack;
        tail.setRelease(at + 1);
    }

    /** Acknowledges all appends before the recording position, and returns their number. */
    int acknowledge() {
        long recorded = counters.getCounterValue(counter);
        long first = head.get();
        long end = tail.getAcquire();
        long at = first;
        while (at < end && positions[(int) at & mask] <= recorded) {
            Ack ack = acks[(int) at & mask];
            head.setRelease(++at);
            ack.durable();
        }
        if (at > first) {
            idleRounds = 0;
        } else if (at < end
                && ++idleRounds % CHECK_EVERY == 0
                && !RecordingPos.isActive(counters, counter, recording)) {
            acks[(int) at & mask].failed(new IOException("the archive has ended recording=" + recording));
        }
        return (int) (at - first);
    }
}
