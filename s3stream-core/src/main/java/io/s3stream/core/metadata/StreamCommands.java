package io.s3stream.core.metadata;

import io.s3stream.core.metadata.CommandResult.Accepted;
import java.util.List;

/** Rules for the life of a stream. */
final class StreamCommands {

    private final UploadCommands uploads;

    StreamCommands(UploadCommands uploads) {
        this.uploads = uploads;
    }

    Accepted create(EntityStore store, Command.CreateStream command) {
        Long existing = command.name().isEmpty() ? null : store.streamNamed(command.name());
        if (existing != null) {
            if (!existing(store, existing).tags().equals(command.tags())) {
                throw Refusal.conflict(
                        "stream=" + existing + ": the name " + command.name() + " is taken, with other tags");
            }
            return accepted(existing);
        }
        long id = Math.addExact(store.lastStreamId(), 1);
        store.lastStreamId(id);
        store.putStream(StreamMetadata.created(id, command.name(), command.tags()));
        return accepted(id);
    }

    Accepted open(EntityStore store, Command.OpenStream command) {
        StreamMetadata stream = existing(store, command.streamId());
        if (stream.isOpen()) {
            throw Refusal.conflict("stream=" + stream.id() + ": open at node " + stream.owner() + " (node epoch "
                    + stream.ownerEpoch() + ")");
        }
        if (command.requestedEpoch() < 0) {
            throw Refusal.invalid("stream=" + stream.id() + ": epoch " + command.requestedEpoch() + " is negative");
        }
        long epoch = command.requestedEpoch() == 0 ? Math.addExact(stream.epoch(), 1) : command.requestedEpoch();
        if (epoch <= stream.epoch()) {
            throw Refusal.conflict(
                    "stream=" + stream.id() + ": epoch " + epoch + " is not greater than " + stream.epoch());
        }
        store.putStream(stream.opened(epoch, command.nodeId(), command.nodeEpoch()));
        return accepted(epoch);
    }

    Accepted close(EntityStore store, Command.CloseStream command) {
        StreamMetadata stream = existing(store, command.streamId());
        // One of an older node epoch may still have acknowledged records in the WAL: only a recovery closes it [R15].
        if (stream.owner() != command.nodeId()
                || stream.ownerEpoch() != command.nodeEpoch()
                || stream.epoch() != command.streamEpoch()) {
            throw Refusal.conflict("stream=" + stream.id() + " epoch=" + command.streamEpoch()
                    + ": not open here; the owner is node " + stream.owner() + ", the epoch " + stream.epoch());
        }
        List<Long> dead = command.rest()
                .map(object -> uploads.take(store, List.of(object)))
                .orElse(List.of());
        StreamMetadata after = existing(store, command.streamId());
        if (after.committedEnd() != command.finalEnd()) {
            throw Refusal.conflict("stream=" + stream.id() + ": committed to " + after.committedEnd()
                    + ", cannot close at " + command.finalEnd());
        }
        store.putStream(after.closed());
        return new Accepted(0, dead);
    }

    Accepted delete(EntityStore store, Command.DeleteStream command) {
        StreamMetadata stream = existing(store, command.streamId());
        if (stream.isOpen() && stream.owner() != command.nodeId()) {
            throw Refusal.conflict("stream=" + stream.id() + ": open at node " + stream.owner());
        }
        uploads.release(store, stream.ranges(), 0, stream.ranges().size());
        store.removeStream(stream);
        return accepted(0);
    }

    Accepted trim(EntityStore store, Command.TrimStream command) {
        StreamMetadata stream = existing(store, command.streamId());
        if (command.newStart() < 0) {
            throw Refusal.invalid("stream=" + stream.id() + ": start " + command.newStart() + " is negative");
        }
        if (command.newStart() > stream.startOffset()) {
            RangeList ranges = stream.ranges();
            int below = ranges.countEndingAtOrBefore(command.newStart());
            uploads.release(store, ranges, 0, below);
            store.putStream(stream.trimmed(command.newStart(), ranges.withoutFirst(below)));
        }
        return accepted(0);
    }

    private static StreamMetadata existing(EntityStore store, long id) {
        StreamMetadata stream = store.stream(id);
        if (stream == null) {
            throw Refusal.notFound("stream=" + id + ": no such stream");
        }
        return stream;
    }

    private static Accepted accepted(long value) {
        return new Accepted(value, List.of());
    }
}
