package io.s3stream.core.append;

import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.append.rules.OffsetRule;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.AppendCost;
import io.s3stream.core.memory.AppendMemory;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.layout.RecordFormat;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A schedule of callers, of the append context and of a WAL, drawn from a seed. Each caller stops between its claim and
 * its copy, for any time. The context may run in the middle of a copy. WALs of other alignments replace each other, and
 * memory runs short. At the end the frames must contain each append once, whole, and in the order of offsets.
 */
final class AppendSchedule {

    private static final int STREAMS = 4;
    private static final int SLAB = 8 << 10;
    private static final int TARGET = 2 << 10;
    private static final int STEPS = 400;
    private static final int MAX_PAYLOAD = 700;
    private static final long BUDGET = 64 << 20;

    private final Simulator simulator;
    private final MemoryBudget budget = new MemoryBudget(BUDGET);
    private final SlabPool pool = new SlabPool(SLAB, 4096, budget, 0);
    private final OffsetRule offsets;
    private final WriteCache cache;
    private final AppendSequencer sequencer;
    private final List<StreamTail> tails = new ArrayList<>();
    private final List<Enqueued> copying = new ArrayList<>(); // claimed by callers that have not copied yet
    private final List<PendingAppend> appends = new ArrayList<>();
    private final Map<PendingAppend, byte[]> payloads = new HashMap<>();
    private final List<RecordingLog.Written> log = new ArrayList<>(); // of abandoned WALs
    private RecordingLog wal;
    private long walEpoch = 1;
    private long charged; // memory of others
    private boolean copyFails;
    private boolean claimFails;

    /** The rule of the schedule: the context may run while a caller copies, and a copy may fail. */
    class Rule extends ClaimRule {
        @Override
        public void onPlaced() {
            if (claimFails) {
                throw new OutOfMemoryError("injected");
            }
        }

        @Override
        public void onCopy() {
            while (simulator.chance(0.3)) {
                runContext();
            }
            if (copyFails) {
                throw new IllegalStateException("the payload is gone");
            }
        }
    }

    /** Creates the rule, which a test may break. */
    interface Rules {
        ClaimRule of(AppendSchedule schedule);
    }

    AppendSchedule(long seed, Rules rules, OffsetRule offsets) {
        simulator = new Simulator(seed);
        SimNode node = new SimNode(simulator, "node", step -> false);
        StoreMetrics metrics = StoreMetrics.none();
        cache = new WriteCache(budget, metrics.memory(), CommittedPosition.NONE);
        wal = new RecordingLog(512, 3);
        this.offsets = offsets;
        sequencer = new AppendSequencer(
                new AppendSequencer.Collaborators(
                        node, node.serialContext("append"), new AppendMemory(budget, pool), cache, metrics),
                wal.open(walEpoch, 1),
                new AppendOptions(0, profile -> TARGET, Duration.ofSeconds(1), Duration.ofDays(36_500), null),
                new AppendSequencer.Parts(new AckOrder(), new AppendInbox(), rules.of(this)),
                new AppendListener() {
                    @Override
                    public void onDurable() {}

                    @Override
                    public void onPressure() {}

                    @Override
                    public void onWalFailure(StreamException reason) {
                        throw reason;
                    }
                });
        for (int i = 0; i < STREAMS; i++) {
            tails.add(new StreamTail(i, 1, 0));
        }
    }

    /** Runs the schedule. Throws an AssertionError if an append is lost, doubled, damaged or out of order. */
    void run() {
        for (int i = 0; i < STEPS; i++) {
            step();
        }
        settle();
        check();
    }

    private void step() {
        switch (simulator.random().nextInt(12)) {
            case 0, 1, 2 -> enter();
            case 3 -> enterGroup();
            case 4, 5, 6 -> copyOne();
            case 7, 8 -> runContext();
            case 9 -> answerOne();
            case 10 -> memory();
            default -> rarely();
        }
    }

    /** Runs a part of the schedule, and fails the store. All appends must end, and all memory must be free. */
    void runAndFail() {
        int steps = simulator.random().nextInt(STEPS);
        for (int i = 0; i < steps; i++) {
            step();
        }
        StreamException reason = new StreamException(StreamException.Kind.CLOSED, "closed");
        sequencer.takeNoMore(reason);
        while (simulator.chance(0.8)) {
            copyOne();
            runContext();
            answerOne();
        }
        sequencer.settle(Outcome.UNKNOWN);
        settle();
        for (PendingAppend append : appends) {
            if (!append.isDone()) {
                throw new AssertionError("stream " + append.streamId() + " offset " + append.baseOffset()
                        + ": the append has not ended");
            }
        }
        cache.clear();
        if (pool.outstandingBytes() != 0 || budget.used() != 0) {
            throw new AssertionError(pool.outstandingBytes() + " bytes of slabs are left, and " + budget.used()
                    + " bytes are still charged");
        }
    }

    private void rarely() {
        if (simulator.chance(0.2)) {
            switchWal();
        } else if (simulator.chance(0.2)) {
            claimFails = true;
            enter();
            enterGroup();
            claimFails = false;
        } else if (simulator.chance(0.05)) {
            failCopy();
        }
    }

    private PendingAppend newAppend() {
        StreamTail tail = tails.get(simulator.random().nextInt(STREAMS));
        byte[] payload = new byte[1 + simulator.random().nextInt(MAX_PAYLOAD)];
        if (simulator.chance(0.02)) {
            payload = new byte[SLAB + simulator.random().nextInt(SLAB)]; // larger than a slab
        }
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) simulator.random().nextInt();
        }
        PendingAppend append = new PendingAppend(tail, RecordBatch.of(payload, 1));
        payloads.put(append, payload);
        return append;
    }

    /** Another caller appends while one has its offset and no place yet. */
    void enterInBetween() {
        if (simulator.chance(0.1)) {
            enter();
        }
    }

    private void enter() {
        PendingAppend append = newAppend();
        long bytes = AppendCost.of(append.encodedBytes());
        if (!budget.tryReserve(bytes)) {
            return;
        }
        try {
            append.tail().append(append, OptionalLong.empty(), OffsetStamp.NONE, sequencer, offsets);
        } catch (StreamException | OutOfMemoryError refused) {
            withdraw(append, bytes);
            return;
        }
        entered(append);
    }

    private void enterGroup() {
        List<PendingAppend> members = new ArrayList<>();
        int bytes = 0;
        for (int i = simulator.random().nextInt(3); i >= 0; i--) {
            PendingAppend append = newAppend();
            members.add(append);
            bytes += append.encodedBytes();
        }
        long cost = bytes + AppendCost.ofObjects(members.size());
        if (!budget.tryReserve(cost)) {
            return;
        }
        AppendGroup group = new AppendGroup(members, bytes);
        List<AppendGate.Part> parts = members.stream()
                .map(append -> new AppendGate.Part(append.tail(), RecordBatch.of("x", 1), OffsetStamp.NONE))
                .toList();
        try {
            new GroupClaim(members).enqueue(group, parts, sequencer);
        } catch (StreamException | OutOfMemoryError refused) {
            withdraw(group, cost);
            return;
        }
        entered(group);
    }

    private void withdraw(Enqueued item, long bytes) {
        sequencer.withdraw(item);
        sequencer.wake();
        budget.leaveQueue(bytes, 0);
    }

    private void entered(Enqueued item) {
        appends.addAll(item.appends());
        copying.add(item);
    }

    private void copyOne() {
        if (!copying.isEmpty()) {
            copy(copying.remove(simulator.random().nextInt(copying.size())));
        }
    }

    /** The caller's buffer is free when its append returns. */
    private void copy(Enqueued item) {
        sequencer.copy(item);
        sequencer.wake();
    }

    private void failCopy() {
        copyFails = true;
        copyOne();
        copyFails = false;
    }

    /** Runs the tasks that are due soon, and no timer. */
    private void runContext() {
        simulator.runFor(simulator.random().nextInt(20_000));
    }

    private void answerOne() {
        if (wal.inFlight() > 0 && !wal.answer(simulator.random().nextInt(wal.inFlight()))) {
            throw new AssertionError("a frame has changed while it was in flight");
        }
    }

    /** Others take or return memory, so that slabs are refused. */
    private void memory() {
        if (charged > 0) {
            budget.release(charged);
            charged = 0;
        } else {
            charged = BUDGET - budget.used() - simulator.random().nextInt(2 * SLAB);
            budget.charge(charged);
        }
    }

    private void switchWal() {
        sequencer.hold();
        while (simulator.chance(0.7)) {
            answerOne();
            runContext();
        }
        long acked = sequencer.giveUpWal();
        wal.frames.stream().filter(frame -> frame.frame().sequence() <= acked).forEach(log::add);
        while (wal.inFlight() > 0) {
            wal.answer(0);
        }
        int[] alignments = {1, 512, 4096};
        wal = new RecordingLog(
                alignments[simulator.random().nextInt(alignments.length)],
                1 + simulator.random().nextInt(4),
                Duration.ZERO,
                simulator.chance(0.5) ? TARGET : 0);
        while (simulator.chance(0.5)) {
            enter();
            copyOne();
            runContext();
        }
        sequencer.continueOn(wal.open(++walEpoch, acked + 1));
    }

    /** All callers copy, and the WAL answers, until nothing waits. */
    private void settle() {
        if (charged > 0) {
            budget.release(charged);
        }
        while (!copying.isEmpty()) {
            copyOne();
        }
        for (int i = 0; i < STEPS; i++) {
            simulator.runFor(Duration.ofMillis(200).toNanos());
            while (wal.inFlight() > 0) {
                answerOne();
            }
        }
        wal.frames.forEach(log::add);
    }

    private void check() {
        Map<Long, Long> next = new HashMap<>();
        Map<Long, List<ByteBuffer>> found = new HashMap<>();
        for (RecordingLog.Written written : log) {
            ByteBuffer bytes = written.bytes();
            FrameHeader header = FrameFormat.readHeader(bytes, 0);
            FrameFormat.verifyBody(bytes, 0, header);
            int end = FrameFormat.HEADER_BYTES + header.bodyBytes();
            for (int at = FrameFormat.HEADER_BYTES; at < end; ) {
                int after = RecordFormat.checkHeader(bytes, at, end);
                long stream = RecordFormat.streamId(bytes, at);
                long offset = RecordFormat.baseOffset(bytes, at);
                if (next.merge(stream, 1L, Long::sum) - 1 != offset) {
                    throw new AssertionError("stream " + stream + " continues with offset " + offset);
                }
                found.computeIfAbsent(stream, id -> new ArrayList<>())
                        .add(bytes.slice(at + RecordFormat.HEADER_BYTES, after - at - RecordFormat.HEADER_BYTES));
                at = after;
            }
        }
        for (PendingAppend append : appends) {
            if (!append.isDone()) {
                throw new AssertionError("stream " + append.streamId() + " offset " + append.baseOffset()
                        + ": the append is neither durable nor failed");
            }
            List<ByteBuffer> records = found.getOrDefault(append.streamId(), List.of());
            boolean isThere = append.baseOffset() < records.size()
                    && records.get((int) append.baseOffset()).equals(ByteBuffer.wrap(payloads.get(append)));
            if (append.isCompletedExceptionally() == isThere) {
                throw new AssertionError("stream " + append.streamId() + " offset " + append.baseOffset()
                        + (isThere ? ": failed and is in the log" : ": acknowledged and is not in the log"));
            }
        }
        cache.clear();
        sequencer.fail(new StreamException(StreamException.Kind.CLOSED, "closed"), Outcome.NOT_WRITTEN);
        simulator.runFor(Duration.ofSeconds(5).toNanos());
        if (pool.outstandingBytes() != 0) {
            throw new AssertionError(pool.outstandingBytes() + " bytes of slabs are left");
        }
        if (budget.queued() != 0) {
            throw new AssertionError(budget.queued() + " bytes are still charged to the queue");
        }
    }
}
