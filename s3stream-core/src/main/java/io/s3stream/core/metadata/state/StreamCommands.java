package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.ConflictFacts;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.List;
import java.util.TreeMap;

/** Rules for creating, opening, closing, trimming and deleting streams. */
final class StreamCommands {

    /** Bounds the duration of one command on a stream with many ranges. */
    static final int RELEASED_AT_ONCE = 1000;

    private final UploadCommands uploads;
    private final QuarantineCommands quarantines;
    private final int releasedAtOnce;

    /** @param releasedAtOnce how many ranges a command releases itself; later commands release the others */
    StreamCommands(UploadCommands uploads, QuarantineCommands quarantines, int releasedAtOnce) {
        this.uploads = uploads;
        this.quarantines = quarantines;
        this.releasedAtOnce = releasedAtOnce;
    }

    Accepted create(EntityStore store, Command.CreateStream command) {
        Long existing = command.name().isEmpty() ? null : store.streamNamed(command.name());
        if (existing != null) {
            if (!existing(store, existing).tags().equals(command.tags())) {
                throw Refusal.conflict(new ConflictFacts.NameTaken(command.name(), existing));
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
            throw Refusal.openElsewhere(stream);
        }
        Quarantine quarantine = store.quarantine(stream.id());
        if (quarantine != null) {
            throw Refusal.conflict(quarantine.describe(stream.committedEnd()));
        }
        long caller = command.callerEpoch();
        if (caller < 0) {
            throw Refusal.invalid("stream=" + stream.id() + ": epoch " + caller + " is negative");
        }
        if (caller != 0 && caller < stream.callerEpoch()) {
            throw Refusal.conflict(new ConflictFacts.StaleEpoch(stream.id(), caller, stream.callerEpoch()));
        }
        long epoch = Math.addExact(stream.epoch(), 1);
        store.putStream(
                stream.owned(epoch, Math.max(caller, stream.callerEpoch()), command.nodeId(), command.nodeEpoch()));
        return accepted(epoch);
    }

    Accepted close(EntityStore store, Command.CloseStream command) {
        StreamMetadata stream = existing(store, command.streamId());
        // A stream of an older node epoch may still have acknowledged records in the WAL: only a recovery closes it
        // [R15].
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

    Accepted updateTags(EntityStore store, Command.UpdateTags command) {
        StreamMetadata stream = existing(store, command.streamId());
        if (!stream.tags().equals(command.expected())) {
            throw Refusal.conflict("stream=" + stream.id() + ": its tags are " + new TreeMap<>(stream.tags())
                    + ", expected " + new TreeMap<>(command.expected()));
        }
        store.putStream(stream.tagged(command.tags()));
        return accepted(0);
    }

    Accepted rename(EntityStore store, Command.RenameStream command) {
        StreamMetadata stream = existing(store, command.streamId());
        if (!stream.name().equals(command.expected())) {
            throw Refusal.conflict("stream=" + stream.id() + ": its name is '" + stream.name() + "', expected '"
                    + command.expected() + "'");
        }
        Long other = command.name().isEmpty() ? null : store.streamNamed(command.name());
        if (other != null && other != stream.id()) {
            throw Refusal.conflict(new ConflictFacts.NameTaken(command.name(), other));
        }
        store.putStream(stream.named(command.name()));
        return accepted(0);
    }

    /** Result: where the stream ends. */
    Accepted seal(EntityStore store, Command.SealStream command) {
        StreamMetadata stream = existing(store, command.streamId());
        if (stream.isSealed()) {
            return accepted(stream.committedEnd());
        }
        Quarantine quarantine = store.quarantine(stream.id());
        if (quarantine != null) {
            throw Refusal.conflict(quarantine.describe(stream.committedEnd()));
        }
        boolean isOpenElsewhere = stream.isOpen()
                && (command.streamEpoch() == 0
                        || stream.owner() != command.nodeId()
                        || stream.ownerEpoch() != command.nodeEpoch());
        if (isOpenElsewhere) {
            throw Refusal.openElsewhere(stream);
        }
        if (command.streamEpoch() != 0
                && (stream.epoch() != command.streamEpoch() || stream.committedEnd() != command.finalEnd())) {
            throw Refusal.conflict(
                    "stream=" + stream.id() + " epoch=" + command.streamEpoch() + ": cannot be sealed at "
                            + command.finalEnd() + ": the epoch is " + stream.epoch() + ", committed is "
                            + stream.committedEnd());
        }
        store.putStream(stream.ended());
        return accepted(stream.committedEnd());
    }

    Accepted delete(EntityStore store, Command.DeleteStream command) {
        StreamMetadata stream = existing(store, command.streamId());
        if (stream.isOpen() && stream.owner() != command.nodeId()) {
            throw Refusal.openElsewhere(stream);
        }
        release(store, stream.ranges(), stream.ranges().size());
        quarantines.onDeleted(store, stream.id());
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
            release(store, ranges, below);
            store.putStream(stream.trimmed(command.newStart(), ranges.withoutFirst(below)));
        }
        return accepted(0);
    }

    Accepted releaseRanges(EntityStore store, Command.ReleaseRanges command) {
        if (command.limit() < 1) {
            throw Refusal.invalid("limit=" + command.limit() + ": must be at least 1");
        }
        long number = store.firstRelease();
        Release oldest = store.release(number);
        if (oldest == null) {
            return accepted(0);
        }
        int count = Math.min(oldest.count(), command.limit());
        uploads.release(store, oldest.ranges(), 0, count);
        if (count == oldest.count()) {
            store.removeFirstRelease();
        } else {
            store.putRelease(number, new Release(oldest.ranges().withoutFirst(count), oldest.count() - count));
        }
        return accepted(count);
    }

    /** Releases the first {@code count} ranges, which are no longer part of their stream. */
    private void release(EntityStore store, RangeList ranges, int count) {
        int now = Math.min(count, releasedAtOnce);
        uploads.release(store, ranges, 0, now);
        if (count > now) {
            store.putRelease(store.endOfReleases(), new Release(ranges.withoutFirst(now), count - now));
        }
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
