package io.s3stream.core.metadata.log;

import io.s3stream.core.metadata.codec.BatchCodec;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import io.s3stream.core.metadata.state.MetadataState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the head small: seals its tail into segments and the segments into checkpoints. The object is written while
 * batches are committed. The next batch's compare-and-set names it, so folding needs no compare-and-set of its own.
 * Only one state precedes a position. So a folded object fits any later head that still has that position as a
 * boundary.
 */
final class LogCompactor {

    private static final Logger LOG = LoggerFactory.getLogger(LogCompactor.class);
    private static final int MAX_REFERENCES = 32;
    private static final int HARD_LIMIT = 4;
    private static final int UNWORTHY_SEGMENTS = 8;

    private final MetadataLog log;
    private final Replica replica;
    private final MetadataObjectDeleter retirement;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean writing;
    private String staleVersion = "";
    private @Nullable Fold ready;

    LogCompactor(MetadataLog log, Replica replica, MetadataObjectDeleter retirement) {
        this.log = log;
        this.replica = replica;
        this.retirement = retirement;
    }

    /** A written object that the next head will name, and the keys that it replaces in heads. */
    private record Fold(
            ObjectRef object, long first, long end, UUID chain, boolean isCheckpoint, Set<String> replaced) {

        boolean fits(Head head) {
            return isCheckpoint
                    ? end > head.checkpointed() && end <= head.sequence()
                    : first == head.tailStart() && end <= head.sequence() && head.hasBoundaryInTail(end);
        }

        Head appliedTo(Head head) {
            return isCheckpoint
                    ? head.withCheckpoint(new Head.Checkpoint(object, end, chain))
                    : head.withSegment(new Head.Segment(object, first, end, chain));
        }
    }

    /** Returns the head to commit on, with the folded object if it fits. */
    Head compose(Head head) {
        Fold fold = ready;
        if (fold == null || !fold.fits(head)) {
            return head;
        }
        Head folded = fold.appliedTo(head);
        fold.replaced().addAll(head.keys());
        return folded;
    }

    /** Ends the present folding if the replica's new head names its object, or if no head will. */
    void headChanged(Head head) {
        Fold fold = ready;
        if (fold == null) {
            return;
        }
        Set<String> named = head.keys();
        if (named.contains(fold.object().key())) {
            fold.replaced().removeAll(named);
            retirement.retire(fold.replaced());
            ready = null;
        } else if (!fold.fits(head)) {
            // Another client was faster. No head has named this object, and none will.
            retirement.retire(List.of(fold.object().key()));
            ready = null;
        }
    }

    /** Returns whether the tail is so long that the next batch must wait for the folding in progress. */
    boolean mustWait() {
        if (ready != null || staleVersion.equals(replica.version()) || !isTailLongerThan(HARD_LIMIT)) {
            return false;
        }
        consider();
        return writing;
    }

    void whenIdle(Runnable task) {
        waiting.add(task);
    }

    /** Begins to fold if the tail is long enough. Called after each change that lengthens the tail. */
    void consider() {
        if (writing || ready != null || !isTailLongerThan(1)) {
            return;
        }
        writing = true;
        Head head = replica.head();
        if (isCheckpointWorthIt(head)) {
            MetadataState state = replica.state();
            long end = state.sequence();
            write(
                    MetadataKeys.CHECKPOINT,
                    CheckpointCodec.encode(state),
                    0,
                    end,
                    state.history().chain());
        } else {
            writeSegment(head);
        }
    }

    private boolean isTailLongerThan(int factor) {
        long inline = 0;
        int references = 0;
        for (Head.Entry entry : replica.head().tail()) {
            if (entry instanceof Head.Inline small) {
                inline += small.batch().length();
            } else {
                references++;
            }
        }
        return inline > (long) factor * log.settings().segmentBytes() || references > factor * MAX_REFERENCES;
    }

    /** A checkpoint writes the whole state, so a large one waits for more segments, up to a limit. */
    private boolean isCheckpointWorthIt(Head head) {
        int segments = head.segments().size();
        int limit = log.settings().maxSegments();
        Head.Checkpoint checkpoint = head.checkpoint();
        long last = checkpoint == null ? 0 : checkpoint.object().length();
        long sealed = head.segments().stream()
                .mapToLong(segment -> segment.object().length())
                .sum();
        return segments >= limit && (sealed >= last / 4 || segments >= limit * UNWORTHY_SEGMENTS);
    }

    private void writeSegment(Head head) {
        byte[][] batches = new byte[head.tail().size()][];
        UUID end = replica.state().history().chain();
        RetryScope attempts = log.attempts(this::failed);
        int[] missing = {1};
        Runnable arrived = () -> {
            if (--missing[0] == 0) {
                attempts.finish();
                byte[] segment = BatchCodec.encodeSegment(head.tailChain(), List.of(batches));
                write(MetadataKeys.SEGMENT, List.of(ByteBuffer.wrap(segment)), head.tailStart(), head.sequence(), end);
            }
        };
        for (int i = 0; i < batches.length; i++) {
            int index = i;
            Head.Entry entry = head.tail().get(i);
            if (entry instanceof Head.Inline inline) {
                batches[i] = inline.batch().array();
            } else if (entry instanceof Head.Referenced referenced) {
                missing[0]++;
                log.fetch(referenced.object(), attempts, bytes -> {
                    if (bytes.isEmpty()) {
                        attempts.finish();
                        staleVersion = replica.version(); // another client has folded and deleted it: our head is stale
                        end();
                        return;
                    }
                    batches[index] = bytes.get();
                    arrived.run();
                });
            }
        }
        arrived.run();
    }

    private void write(MetadataKeys keys, List<ByteBuffer> pieces, long first, long end, UUID chain) {
        boolean isCheckpoint = keys == MetadataKeys.CHECKPOINT;
        RetryScope attempts = log.attempts(this::failed);
        log.put(keys, isCheckpoint ? end : first, pieces, attempts, object -> {
            attempts.finish();
            ready = new Fold(object, first, end, chain, isCheckpoint, new TreeSet<>());
            end();
            headChanged(replica.head()); // it may have changed during the write
        });
    }

    private void failed(Throwable failure) {
        LOG.warn("metadata was not folded; the next commit tries again", failure);
        end();
    }

    private void end() {
        writing = false;
        List<Runnable> tasks = List.copyOf(waiting);
        waiting.clear();
        tasks.forEach(Runnable::run);
    }
}
