package io.s3stream.core.metadata.log;

import io.s3stream.core.bytes.Digest;
import io.s3stream.core.metadata.codec.MetadataFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The value of the register: it tells where the state is. A position is a number of commands since the store began. The
 * head covers the positions {@code [0, sequence)} without a hole: checkpoint, then segments, then the tail. Each part
 * has the chain value of its end, which depends on every earlier batch [R41].
 *
 * @param minimumVersion the lowest software version that may use the store
 * @param tailStart the first position of the tail
 */
public record Head(
        int minimumVersion,
        UUID storeId,
        @Nullable Checkpoint checkpoint,
        List<Segment> segments,
        long tailStart,
        List<Entry> tail) {

    /** The state after the first {@code sequence} commands. */
    public record Checkpoint(ObjectRef object, long sequence, UUID chain) {}

    /** Batches of the positions {@code [first, end)}. */
    public record Segment(ObjectRef object, long first, long end, UUID chain) {}

    /** A batch of the tail. */
    sealed interface Entry {

        int commands();

        /** Returns the digest of the batch's bytes. */
        UUID digest();
    }

    /** A small batch, in the head itself. */
    public record Inline(Bytes batch, int commands) implements Entry {
        @Override
        public UUID digest() {
            return Digest.of(batch.array());
        }
    }

    /** A large batch, in an object [R19]. */
    public record Referenced(ObjectRef object, int commands) implements Entry {
        @Override
        public UUID digest() {
            return object.digest();
        }
    }

    public Head {
        segments = List.copyOf(segments);
        tail = List.copyOf(tail);
    }

    public static Head first(UUID storeId) {
        return new Head(MetadataFormat.SOFTWARE_VERSION, storeId, null, List.of(), 0, List.of());
    }

    long checkpointed() {
        return checkpoint == null ? 0 : checkpoint.sequence();
    }

    /** Returns the chain value where the tail begins. */
    UUID tailChain() {
        if (!segments.isEmpty()) {
            return segments.get(segments.size() - 1).chain();
        }
        return checkpoint == null ? storeId : checkpoint.chain();
    }

    /** Returns the end of the tail: the state sequence. */
    long sequence() {
        return tailStart + tail.stream().mapToLong(Entry::commands).sum();
    }

    Head withEntry(Entry entry) {
        List<Entry> longer = new ArrayList<>(tail);
        longer.add(entry);
        return new Head(minimumVersion, storeId, checkpoint, segments, tailStart, longer);
    }

    /** Returns a head in which the segment replaces the tail up to the segment's end. */
    Head withSegment(Segment segment) {
        List<Segment> more = new ArrayList<>(segments);
        more.add(segment);
        return new Head(minimumVersion, storeId, checkpoint, more, segment.end(), tailFrom(segment.end()));
    }

    /** Returns a head with a newer checkpoint, without the parts that it covers. */
    Head withCheckpoint(Checkpoint newer) {
        List<Segment> rest = segments.stream()
                .filter(segment -> segment.end() > newer.sequence())
                .toList();
        long start = Math.max(tailStart, newer.sequence());
        return new Head(minimumVersion, storeId, newer, rest, start, tailFrom(start));
    }

    /** Returns whether {@code position} is the start of the tail or the end of one of its batches. */
    boolean hasBoundaryInTail(long position) {
        long at = tailStart;
        for (Entry entry : tail) {
            if (at >= position) {
                break;
            }
            at += entry.commands();
        }
        return at == position;
    }

    private List<Entry> tailFrom(long position) {
        long at = tailStart;
        int skip = 0;
        while (at < position) {
            at += tail.get(skip++).commands();
        }
        return tail.subList(skip, tail.size());
    }

    /** Returns the keys of all objects that the head names. */
    Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        if (checkpoint != null) {
            keys.add(checkpoint.object().key());
        }
        segments.forEach(segment -> keys.add(segment.object().key()));
        for (Entry entry : tail) {
            if (entry instanceof Referenced referenced) {
                keys.add(referenced.object().key());
            }
        }
        return keys;
    }
}
