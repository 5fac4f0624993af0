package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.Quarantine.Kept;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Rules for streams that recovery could not commit [R37]. */
final class QuarantineCommands {

    private final UploadCommands uploads;

    QuarantineCommands(UploadCommands uploads) {
        this.uploads = uploads;
    }

    /** Keeps records. Records that an earlier recovery has kept become dead bytes. */
    Accepted keep(EntityStore store, Command.QuarantineRecords command) {
        Set<Long> dead = new TreeSet<>();
        for (UploadedObject object : command.objects()) {
            UploadCommands.check(object);
            long id = nextObject(store);
            int liveRanges = 0;
            long liveBytes = 0;
            for (UploadedRange range : object.ranges()) {
                if (keep(store, id, range)) {
                    liveRanges++;
                    liveBytes += range.bytes();
                } else {
                    dead.add(range.streamId());
                }
            }
            store.putObject(new ObjectMetadata(id, object.key(), object.size(), liveRanges, liveBytes));
        }
        return new Accepted(0, List.copyOf(dead));
    }

    private static boolean keep(EntityStore store, long objectId, UploadedRange range) {
        StreamMetadata stream = store.stream(range.streamId());
        if (stream == null
                || range.streamEpoch() < stream.epoch()
                || (range.streamEpoch() == stream.epoch() && !stream.isOpen())) {
            return false;
        }
        Quarantine before = store.quarantine(stream.id());
        List<Kept> kept = new ArrayList<>(before == null ? List.of() : before.kept());
        boolean known = kept.stream()
                .anyMatch(k -> k.streamEpoch() == range.streamEpoch()
                        && k.start() == range.start()
                        && k.end() == range.end()
                        && k.bytes() == range.bytes());
        if (known) {
            return false;
        }
        kept.add(new Kept(
                range.streamEpoch(), range.start(), range.end(), objectId, range.bytes(), range.maxTimestamp()));
        store.putQuarantine(new Quarantine(stream.id(), kept));
        return true;
    }

    Accepted release(EntityStore store, Command.ReleaseQuarantine command) {
        long id = command.streamId();
        StreamMetadata stream = store.stream(id);
        if (stream == null) {
            throw Refusal.notFound("stream=" + id + ": no such stream");
        }
        Quarantine quarantine = store.quarantine(id);
        if (quarantine == null) {
            throw Refusal.conflict("stream=" + id + ": is not quarantined");
        }
        if (stream.isOpen()) {
            throw Refusal.openElsewhere(stream);
        }
        if (command.keep()) {
            append(store, stream, quarantine, command);
        } else {
            giveUp(store, quarantine);
        }
        store.removeQuarantine(id);
        return new Accepted(0, List.of());
    }

    /** Discards the kept records of a deleted stream, if there are any. */
    void onDeleted(EntityStore store, long streamId) {
        Quarantine quarantine = store.quarantine(streamId);
        if (quarantine != null) {
            giveUp(store, quarantine);
            store.removeQuarantine(streamId);
        }
    }

    private void giveUp(EntityStore store, Quarantine quarantine) {
        quarantine.kept().forEach(kept -> uploads.release(store, kept.objectId(), kept.bytes()));
    }

    /** Appends the records, and the filler of the holes between them, to the stream. */
    private void append(
            EntityStore store, StreamMetadata before, Quarantine quarantine, Command.ReleaseQuarantine command) {
        List<Kept> pieces = new ArrayList<>(quarantine.kept());
        UploadedObject filler = command.filler().orElse(null);
        long fillerId = filler == null ? 0 : nextObject(store);
        if (filler != null) {
            addFiller(pieces, filler, fillerId, before);
        }
        pieces.sort(Comparator.comparingLong(Kept::start));
        StreamMetadata stream = before;
        int fillerRanges = 0;
        long fillerBytes = 0;
        for (Kept piece : pieces) {
            if (piece.start() != stream.committedEnd()) {
                throw Refusal.conflict("stream=" + stream.id() + " offset=" + piece.start()
                        + ": the kept records overlap or leave a hole at " + stream.committedEnd()
                        + "; they can only be discarded");
            }
            boolean isFiller = piece.objectId() == fillerId;
            boolean kept = piece.end() > stream.startOffset();
            RangeList ranges = stream.ranges();
            if (kept) {
                ranges = ranges.append(new RangeList.Range(
                        piece.start(), piece.end(), piece.objectId(), piece.bytes(), piece.maxTimestamp()));
            } else if (!isFiller) {
                uploads.release(store, piece.objectId(), piece.bytes());
            }
            if (kept && isFiller) {
                fillerRanges++;
                fillerBytes += piece.bytes();
            }
            stream = stream.committed(piece.end(), piece.streamEpoch(), ranges).atLeast(piece.streamEpoch());
        }
        if (filler != null) {
            store.putObject(new ObjectMetadata(fillerId, filler.key(), filler.size(), fillerRanges, fillerBytes));
        }
        store.putStream(stream);
    }

    private static void addFiller(List<Kept> pieces, UploadedObject filler, long fillerId, StreamMetadata stream) {
        UploadCommands.check(filler);
        for (UploadedRange range : filler.ranges()) {
            if (range.streamId() != stream.id()) {
                throw Refusal.invalid("stream=" + stream.id() + " object=" + filler.key() + ": fills a hole of stream "
                        + range.streamId());
            }
            pieces.add(new Kept(
                    range.streamEpoch(), range.start(), range.end(), fillerId, range.bytes(), range.maxTimestamp()));
        }
    }

    private static long nextObject(EntityStore store) {
        long id = Math.addExact(store.lastObjectId(), 1);
        store.lastObjectId(id);
        return id;
    }
}
