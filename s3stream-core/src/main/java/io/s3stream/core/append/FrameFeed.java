package io.s3stream.core.append;

import io.s3stream.core.append.claims.ClaimReader;
import io.s3stream.core.append.claims.ClaimReader.Progress;
import io.s3stream.core.append.claims.FrameShape;
import io.s3stream.core.append.claims.SlabClaims;
import io.s3stream.core.append.waiting.MemoryWait;
import io.s3stream.core.memory.AppendCost;
import io.s3stream.core.memory.AppendMemory;
import io.s3stream.core.memory.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns appends into frames, in the order of each stream: first appends that an abandoned WAL returned, then the queue and
 * the chains of claims in turn. Callers have written the records of a claim, and their frame is issued from where it is.
 * The feed copies records of the queue, and of frames that cannot be written as they are, into frames of its own. Owned by
 * the append context.
 */
final class FrameFeed {

    /** Issues frames, and waits. */
    interface Issuer {

        /** Issues a frame if the WAL has a slot and room for it. Otherwise an acknowledgement or a commit drains again. */
        boolean issue(FilledFrame frame);

        /** Returns whether an incomplete frame waits for more appends; a timer drains again. */
        boolean lingers(int frameBytes);

        /** Requests an upload, because there is no memory. */
        void onPressure();
    }

    private final SlabClaims<Enqueued> claims;
    private final ClaimReader<Enqueued> reader;
    private final AppendQueue queue;
    private final AppendMemory memory;
    private final MemoryBudget budget;
    private final MemoryWait memoryWait;
    private final BrokenStreams broken;
    private final WalWindow window;
    private final Issuer issuer;

    private FrameShape shape;
    private FrameBuilder builder;
    private ClaimedFrame claimed;
    private long encodedBytes; // of appends that are in a frame and still charged to the queue
    private int encodedAppends;
    private volatile int unread; // claims without a frame, after the last run

    /** The places from which appends come, and the appends that cannot be written. */
    record Sources(
            SlabClaims<Enqueued> claims, ClaimReader<Enqueued> reader, AppendQueue queue, BrokenStreams broken) {}

    FrameFeed(
            Sources sources,
            AppendMemory memory,
            MemoryWait memoryWait,
            WalWindow window,
            FrameShape shape,
            Issuer issuer) {
        this.claims = sources.claims();
        this.reader = sources.reader();
        this.queue = sources.queue();
        this.broken = sources.broken();
        this.memory = memory;
        this.budget = memory.budget();
        this.memoryWait = memoryWait;
        this.window = window;
        this.issuer = issuer;
        this.shape = shape;
        this.builder = newBuilder();
        this.claimed = new ClaimedFrame(reader, shape.alignment());
    }

    private FrameBuilder newBuilder() {
        return new FrameBuilder(memory.slabs(), shape.alignment(), shape.targetBytes());
    }

    /** Returns the appends without a frame, nearly. Callable from any thread. */
    int waiting() {
        return queue.waiting() + unread;
    }

    /** Returns whether no append waits for a frame. */
    boolean isEmpty() {
        return queue.isEmpty() && builder.isEmpty() && reader.read() == Progress.NOTHING;
    }

    /**
     * Fills and issues frames.
     *
     * @return false if the WAL or the memory must become free before more frames can be issued
     */
    boolean run() {
        boolean goesOn = true;
        boolean any = true;
        while (goesOn && any) {
            Progress progress = reader.read(); // before the look at the queue: see SlabClaims
            Enqueued next = queue.peek();
            if (next != null && precedesClaims(next)) {
                goesOn = add(next, true);
            } else if (!reader.hasRecords()) {
                any = false;
            } else if (reader.mustCopy() || !broken.isEmpty()) {
                reader.copyFrame();
                goesOn = add(reader.peek(), false);
            } else if (!builder.isEmpty()) {
                releaseEncoded();
                goesOn = issuer.issue(builder);
            } else {
                Outcome outcome = issueClaimed(progress);
                goesOn = outcome != Outcome.BUSY;
                any = outcome == Outcome.ISSUED;
            }
        }
        releaseEncoded();
        settleBroken();
        if (goesOn && !builder.isEmpty() && !issuer.lingers(builder.paddedBytes())) {
            goesOn = issuer.issue(builder);
        }
        letGoOfLargeSlab();
        permitClaims();
        unread = reader.unread();
        return goesOn;
    }

    private enum Outcome {
        ISSUED,
        /** The WAL is busy or full. */
        BUSY,
        /** The frame waits for its callers, or for more appends. */
        WAITS
    }

    /** The item was refused by an earlier chain than the one being read. */
    private boolean precedesClaims(Enqueued next) {
        long chain = reader.chain();
        return queue.isNextTakenBack() || chain < 0 || next.turn() <= chain;
    }

    private Outcome issueClaimed(Progress progress) {
        if (progress == Progress.GAP) {
            if (window.inFlight() > 0 || issuer.lingers(claimed.paddedBytes())) {
                return Outcome.WAITS; // for the caller, the next acknowledgement or the timer
            }
            reader.copyBeforeGap(); // a caller that is slow delays only the records after its own
            return Outcome.ISSUED;
        }
        int padded = claimed.paddedBytes();
        if (progress == Progress.GROWING && issuer.lingers(padded)) {
            return Outcome.WAITS;
        }
        if (!window.hasSlot(padded)) {
            return Outcome.BUSY;
        }
        if (progress == Progress.GROWING && !reader.endFrame()) {
            return Outcome.ISSUED; // it has grown: read on
        }
        int bytes = claimed.bodyBytes();
        if (!issuer.issue(claimed)) {
            return Outcome.BUSY;
        }
        budget.leaveQueue(bytes, AppendCost.ofObjects(claimed.count()));
        claims.issued(padded);
        return Outcome.ISSUED;
    }

    /** Adds an item to the frame of the feed. Returns false if that must wait. */
    private boolean add(Enqueued next, boolean isQueued) {
        int bytes = next.encodedBytes();
        Throwable unreadable = next.copyFailure();
        if (next.isWithdrawn()) {
            reader.remove(); // its memory was given back by the caller
        } else if (!broken.isEmpty() && broken.takes(next)) {
            remove(next, isQueued);
        } else if (unreadable != null) {
            claims.close(); // so that the chain ends, and with it the last append of the stream
            broken.add(next, unreadable);
            remove(next, isQueued);
        } else if (!builder.accepts(bytes)) {
            releaseEncoded();
            return issuer.issue(builder);
        } else if (builder.needsSlab(bytes) && !takesSlab(bytes)) {
            return false; // an acknowledgement, a commit or a timer drains again
        } else {
            builder.add(next);
            remove(next, isQueued);
        }
        return true;
    }

    private void remove(Enqueued item, boolean isQueued) {
        if (isQueued) {
            queue.remove();
        } else {
            reader.remove();
        }
        encodedBytes += item.encodedBytes();
        encodedAppends += item.count();
    }

    /**
     * Ends the reservation of encoded batches, because their slabs have their own charge. A single release covers many
     * batches.
     */
    private void releaseEncoded() {
        if (encodedBytes > 0) {
            budget.leaveQueue(encodedBytes, AppendCost.ofObjects(encodedAppends));
            encodedBytes = 0;
            encodedAppends = 0;
        }
    }

    private boolean takesSlab(int bytes) {
        releaseEncoded();
        if (memoryWait.isWithinBudget(window.inFlight() == 0)) {
            if (builder.takeSlab(bytes)) {
                memoryWait.onTaken();
                return true;
            }
            memoryWait.onExhausted();
        }
        issuer.onPressure();
        return false;
    }

    /** Fails appends of broken streams whose earlier appends are acknowledged. */
    void settleBroken() {
        if (!broken.isEmpty()) {
            broken.settle(queue.isEmpty() && reader.chain() < 0);
        }
    }

    /** Ends a chain whose slab was made for a large append: if kept, it could hold the memory that the next one needs. */
    private void letGoOfLargeSlab() {
        int ordinary = memory.slabs().slabBytes();
        long kept = shape.isCostly() ? ordinary + 2L * shape.targetBytes() : ordinary; // the most that FrameRoom wants
        if (reader.keepsMoreThan((int) Math.min(Integer.MAX_VALUE, kept))) {
            claims.close();
            reader.read();
        }
    }

    /** Permits claims again, once everything refused before is in a frame. */
    private void permitClaims() {
        if (claims.isClosed() && broken.isEmpty() && reader.chain() < 0 && queue.isEmpty()) {
            builder.rest();
            claims.permit(shape);
        }
    }

    /** Returns a frame without records, or null if there is no memory for it. The feed must be empty. */
    @Nullable
    FilledFrame emptyFrame() {
        if (reader.takeEmptyFrame() >= 0) {
            return claimed;
        }
        if (builder.needsSlab(0) && !builder.takeSlab(0)) {
            return null;
        }
        builder.beginEmpty();
        return builder;
    }

    /** Returns to the queue the appends of frames that were not issued, and ends the claims of the WAL that is abandoned. */
    void giveUpWal() {
        releaseEncoded();
        if (!builder.isEmpty()) {
            queue.takeBack(builder.appends(), builder.slab());
        }
        builder.abort();
        claims.close();
        reader.copyChain();
    }

    /** Continues with frames for another WAL. */
    void continueOn(FrameShape next) {
        shape = next;
        builder = newBuilder();
        claimed = new ClaimedFrame(reader, shape.alignment());
    }

    /**
     * Fails everything that has no frame. Claims that callers have not published yet need another call.
     *
     * @param failing receives appends that were never issued
     */
    void failAll(Consumer<List<PendingAppend>> failing) {
        releaseEncoded();
        claims.close();
        failing.accept(builder.appends());
        builder.abort();
        failing.accept(queue.drainNew());
        while (reader.read() != Progress.NOTHING && reader.hasRecords()) {
            List<PendingAppend> appends = new ArrayList<>();
            for (Enqueued record : reader.records()) {
                if (!record.isWithdrawn()) {
                    record.addTo(appends);
                    encodedBytes += record.encodedBytes();
                    encodedAppends += record.count();
                }
            }
            reader.take(new ArrayList<>());
            releaseEncoded();
            failing.accept(appends);
        }
    }
}
