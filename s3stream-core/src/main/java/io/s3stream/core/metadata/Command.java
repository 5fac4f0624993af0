package io.s3stream.core.metadata;

import io.s3stream.spi.wal.WalDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A change of the metadata. Commands are data: {@code StateMachine} decides, from the state alone, whether one is
 * accepted and what it does. Each is tied to the node and node epoch that issues it; under an older node epoch every
 * command is refused as fenced.
 */
public sealed interface Command {

    /** The node that issues it. */
    int nodeId();

    /** The node epoch it is issued under; ignored by {@link RegisterNode}. */
    long nodeEpoch();

    /**
     * Gives the node a new epoch, if its generations are still exactly those the caller has read and locked. Result: the
     * node epoch. Recognised again by {@code session} after a lost response.
     */
    record RegisterNode(int nodeId, UUID session, List<GenerationKey> expected) implements Command {
        public RegisterNode {
            expected = List.copyOf(expected);
        }

        @Override
        public long nodeEpoch() {
            return 0;
        }
    }

    /** What identifies a generation's state in {@link RegisterNode}. */
    record GenerationKey(long walEpoch, boolean sealed) {}

    /** Adds a WAL generation. {@code firstSequence} is one past the sealed end of the one before. */
    record OpenGeneration(int nodeId, long nodeEpoch, WalDescriptor descriptor, long firstSequence)
            implements Command {}

    /** Settles the last sequence of a generation; {@code firstSequence - 1} when nothing of it survived. */
    record SealGeneration(int nodeId, long nodeEpoch, long walEpoch, long sealedEnd) implements Command {}

    /** Forgets a sealed generation whose frames are all committed. */
    record RemoveGeneration(int nodeId, long nodeEpoch, long walEpoch) implements Command {}

    /** Result: the id; that of the stream with the name, if it has the same tags. */
    record CreateStream(int nodeId, long nodeEpoch, String name, Map<String, String> tags) implements Command {
        public CreateStream {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Takes a closed stream. A {@code callerEpoch} of 0 leaves the recorded one as it is; another one must not be lower, and is
     * recorded. Result: the stream epoch, one greater than the last.
     */
    record OpenStream(int nodeId, long nodeEpoch, long streamId, long callerEpoch) implements Command {}

    /**
     * Gives a stream up, committing with it, in the same step, what only this stream still had in the WAL. Does not move
     * the node's committed position.
     */
    record CloseStream(
            int nodeId, long nodeEpoch, long streamId, long streamEpoch, long finalEnd, Optional<UploadedObject> rest)
            implements Command {}

    /** Puts {@code tags} in the place of the stream's tags, if these are {@code expected}. */
    record UpdateTags(int nodeId, long nodeEpoch, long streamId, Map<String, String> expected, Map<String, String> tags)
            implements Command {
        public UpdateTags {
            expected = Map.copyOf(expected);
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Makes the committed end of a stream final. Idempotent.
     *
     * @param streamEpoch the epoch of this node's ownership; 0 for a closed stream
     * @param finalEnd where the owner has ended it, which must be the committed end; ignored if the epoch is 0
     */
    record SealStream(int nodeId, long nodeEpoch, long streamId, long streamEpoch, long finalEnd) implements Command {}

    /** Removes a stream that is closed or owned by this node. */
    record DeleteStream(int nodeId, long nodeEpoch, long streamId) implements Command {}

    /**
     * Takes up to {@code limit} ranges of deleted or trimmed streams off their objects, which are retired when none is
     * left. Result: how many; 0 when there are none.
     */
    record ReleaseRanges(int nodeId, long nodeEpoch, int limit) implements Command {}

    /** Moves the start offset forward; may pass the committed end. */
    record TrimStream(int nodeId, long nodeEpoch, long streamId, long newStart) implements Command {}

    /**
     * Commits uploaded frames: {@code from} must be the node's committed sequence, and becomes {@code to.sequence()}.
     * Result: how many streams it closed; lists those none of whose ranges were taken (deleted, or a newer epoch).
     *
     * @param closeOwned at the end of a recovery: every stream of the node's older epochs is closed in the same step
     */
    record CommitUpload(
            int nodeId,
            long nodeEpoch,
            long from,
            CommittedPosition to,
            List<UploadedObject> objects,
            boolean closeOwned)
            implements Command {
        public CommitUpload {
            objects = List.copyOf(objects);
        }
    }

    /**
     * Puts objects in the place of those they were written from [R17]. Judged per stream: a range is taken if the stream
     * still has exactly the ranges it replaces, or those of them that were not trimmed since. Result lists the streams with
     * a range that was not taken; what was not taken changes nothing.
     */
    record CommitCompaction(int nodeId, long nodeEpoch, List<CompactedObject> objects) implements Command {
        public CommitCompaction {
            objects = List.copyOf(objects);
        }
    }

    /**
     * Keeps records that recovery cannot commit, because they do not continue their stream [R37]: the stream of each range is
     * not opened again before it is released. Idempotent. Result lists the streams with a range that was not kept, because
     * it is kept already, or the stream is deleted or has a newer epoch.
     */
    record QuarantineRecords(int nodeId, long nodeEpoch, List<UploadedObject> objects) implements Command {
        public QuarantineRecords {
            objects = List.copyOf(objects);
        }
    }

    /**
     * Takes objects of before a rebuild, which the metadata do not name, as retired ones: an operator has released them
     * [R42], and the two-phase deletion deletes them. Refused for any other key.
     */
    record RetireObjects(int nodeId, long nodeEpoch, List<StoredObject> objects) implements Command {
        public RetireObjects {
            objects = List.copyOf(objects);
        }
    }

    /**
     * Ends the quarantine of a stream that nobody has open.
     *
     * @param keep whether its records become part of the stream; otherwise they are given up
     * @param filler what stands in the holes before and between them; only with {@code keep}
     */
    record ReleaseQuarantine(int nodeId, long nodeEpoch, long streamId, boolean keep, Optional<UploadedObject> filler)
            implements Command {}

    /**
     * Forgets another node, which has no open streams and no generations. Its epochs are never given again: the next process
     * that registers under its id gets a greater one.
     */
    record RemoveNode(int nodeId, long nodeEpoch, int removed) implements Command {}

    /** Changes nothing: a sign of life of a node that has nothing else to commit. */
    record Heartbeat(int nodeId, long nodeEpoch) implements Command {}

    /** Forgets retired objects that were physically deleted. */
    record RemoveObjects(int nodeId, long nodeEpoch, List<Long> objectIds) implements Command {
        public RemoveObjects {
            objectIds = List.copyOf(objectIds);
        }
    }
}
