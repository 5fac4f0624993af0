package io.s3stream.core.metadata;

import io.s3stream.spi.wal.WalDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A change of the metadata. Commands are data: {@code StateMachine} decides from the state alone whether to accept a
 * command and how it changes the state. Each command names the node and node epoch that issue it. A command under an
 * older node epoch is refused as fenced.
 */
public sealed interface Command {

    /** The node that issues the command. */
    int nodeId();

    /** The node epoch under which the command is issued; ignored by {@link RegisterNode}. */
    long nodeEpoch();

    /**
     * Gives the node a new epoch, if its generations are still exactly as the caller has read and locked them. Result:
     * the node epoch. After a lost response, {@code session} identifies the command.
     *
     * @param ifEpoch the epoch that the node must have; 0 for any
     * @param tags of the node under its new epoch
     */
    record RegisterNode(int nodeId, UUID session, List<GenerationKey> expected, long ifEpoch, Map<String, String> tags)
            implements Command {
        public RegisterNode {
            expected = List.copyOf(expected);
            tags = Map.copyOf(tags);
        }

        /** A registration at any epoch, without tags. */
        public RegisterNode(int nodeId, UUID session, List<GenerationKey> expected) {
            this(nodeId, session, expected, 0, Map.of());
        }

        @Override
        public long nodeEpoch() {
            return 0;
        }
    }

    /** The state of a generation as {@link RegisterNode} expects it. */
    record GenerationKey(long walEpoch, boolean sealed) {}

    /** Adds a WAL generation. {@code firstSequence} is one past the sealed end of the previous generation. */
    record OpenGeneration(int nodeId, long nodeEpoch, WalDescriptor descriptor, long firstSequence)
            implements Command {}

    /** Sets the last sequence of a generation; {@code firstSequence - 1} if no frame of it survived. */
    record SealGeneration(int nodeId, long nodeEpoch, long walEpoch, long sealedEnd) implements Command {}

    /** Removes a sealed generation whose frames are all committed. */
    record RemoveGeneration(int nodeId, long nodeEpoch, long walEpoch) implements Command {}

    /** Result: the stream id. An existing stream with the same name and tags is returned as it is. */
    record CreateStream(int nodeId, long nodeEpoch, String name, Map<String, String> tags) implements Command {
        public CreateStream {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Opens a closed stream. A {@code callerEpoch} of 0 leaves the recorded one as it is; another one must not be lower, and is
     * recorded. Result: the stream epoch, one greater than the last.
     */
    record OpenStream(int nodeId, long nodeEpoch, long streamId, long callerEpoch) implements Command {}

    /**
     * Closes a stream. The same step commits {@code rest}: the records of this stream that are only in the WAL. Does
     * not move the node's committed position.
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

    /** Gives a stream another name, if its name is {@code expected}. */
    record RenameStream(int nodeId, long nodeEpoch, long streamId, String expected, String name) implements Command {}

    /**
     * Makes all changes or none. Each of them is of the same node and epoch, and sees the changes before it. Result: the
     * stream of each change. A refusal has the index of the refused change.
     */
    record CommitChanges(int nodeId, long nodeEpoch, List<Command> changes) implements Command {
        public CommitChanges {
            changes = List.copyOf(changes);
            for (Command change : changes) {
                if (!(change instanceof CreateStream
                        || change instanceof UpdateTags
                        || change instanceof DeleteStream
                        || change instanceof RenameStream)) {
                    throw new IllegalArgumentException(
                            change.getClass().getSimpleName() + " cannot be one of several changes");
                }
            }
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
     * Releases up to {@code limit} ranges of deleted or trimmed streams. An object without ranges is retired. Result:
     * the number of released ranges; 0 if there are none.
     */
    record ReleaseRanges(int nodeId, long nodeEpoch, int limit) implements Command {}

    /** Moves the start offset forward, possibly past the committed end. */
    record TrimStream(int nodeId, long nodeEpoch, long streamId, long newStart) implements Command {}

    /**
     * Commits uploaded frames. {@code from} must be the node's committed sequence, which becomes {@code to.sequence()}.
     * Result: the number of streams it closed. The result lists the streams without an accepted range (deleted, or with
     * a newer epoch).
     *
     * @param closeOwned set at the end of a recovery: the same step closes every stream of the node's older epochs
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
     * Replaces the objects that a compaction has read by the objects that it has written [R17]. Each stream is judged
     * alone. A range is accepted if the stream still has exactly the ranges it replaces, except those trimmed since.
     * The result lists the streams with a rejected range; a rejected range changes nothing.
     */
    record CommitCompaction(int nodeId, long nodeEpoch, List<CompactedObject> objects) implements Command {
        public CommitCompaction {
            objects = List.copyOf(objects);
        }
    }

    /**
     * Replaces the ranges of one stream that a rewriting has read by an object with the same batches and smaller
     * payloads [R17]. Accepted only from the owner of the stream, or from any node while the stream is closed. The range
     * is judged as that of a compaction. The result lists the stream if the range was rejected, which changes nothing.
     *
     * @param streamEpoch the epoch of the stream when the rewriting began: its owner is the same since then
     * @param bytesRead the bytes of the records that the rewriting has read and not left out
     * @param object with exactly one range, which has at most {@code bytesRead}
     */
    record CommitRewrite(int nodeId, long nodeEpoch, long streamEpoch, long bytesRead, CompactedObject object)
            implements Command {}

    /**
     * Keeps records that recovery cannot commit because they do not continue their stream [R37]. The stream of each
     * range cannot be opened before it is released. Idempotent. The result lists the streams with a rejected range:
     * already kept, or of a stream that is deleted or has a newer epoch.
     */
    record QuarantineRecords(int nodeId, long nodeEpoch, List<UploadedObject> objects) implements Command {
        public QuarantineRecords {
            objects = List.copyOf(objects);
        }
    }

    /**
     * Adds objects from before a rebuild, which the metadata do not name, as retired objects. An operator has released
     * them [R42], and the two-phase deletion deletes them. Refused for any other key.
     */
    record RetireObjects(int nodeId, long nodeEpoch, List<StoredObject> objects) implements Command {
        public RetireObjects {
            objects = List.copyOf(objects);
        }
    }

    /**
     * Ends the quarantine of a stream that no node has open.
     *
     * @param keep whether its records become part of the stream; otherwise they are discarded
     * @param filler the data for the holes before and between the records; only with {@code keep}
     */
    record ReleaseQuarantine(int nodeId, long nodeEpoch, long streamId, boolean keep, Optional<UploadedObject> filler)
            implements Command {}

    /**
     * Forgets another node, which has no open streams and no generations. Its epochs are never given again: the next process
     * that registers under its id gets a greater one.
     */
    record RemoveNode(int nodeId, long nodeEpoch, int removed) implements Command {}

    /** Puts {@code tags} in the place of the tags of the node that issues the command. */
    record SetNodeTags(int nodeId, long nodeEpoch, Map<String, String> tags) implements Command {
        public SetNodeTags {
            tags = Map.copyOf(tags);
        }
    }

    /** Changes nothing. Shows that a node without other commits is alive. */
    record Heartbeat(int nodeId, long nodeEpoch) implements Command {}

    /** Removes retired objects that were physically deleted. */
    record RemoveObjects(int nodeId, long nodeEpoch, List<Long> objectIds) implements Command {
        public RemoveObjects {
            objectIds = List.copyOf(objectIds);
        }
    }
}
