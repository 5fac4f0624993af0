package io.s3stream.core.metadata;

import io.s3stream.api.errors.CorruptedDataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings a state to where a head is: fetches only the objects that hold something new, all at once. */
final class LogLoader {

    /** Told how it ended, once. */
    interface Listener {

        void loaded(MetadataState state);

        /** A batch was applied; others may be known by their checkpoint only. */
        default void applied(Batch batch) {}

        /** There is no such object; nothing was applied. */
        void missing(String key);
    }

    private final MetadataLog log;
    private final StateMachine machine;

    LogLoader(MetadataLog log, StateMachine machine) {
        this.log = log;
        this.machine = machine;
    }

    void load(Head head, @Nullable MetadataState known, Attempts attempts, Listener listener) {
        List<ObjectRef> needed = needed(head, known);
        if (needed.isEmpty()) {
            listener.loaded(apply(head, known, Map.of(), listener));
            return;
        }
        Map<String, Optional<byte[]>> fetched = new HashMap<>();
        for (ObjectRef object : needed) {
            log.fetch(object, attempts, bytes -> {
                fetched.put(object.key(), bytes);
                if (fetched.size() == needed.size()) {
                    complete(head, known, needed, fetched, listener);
                }
            });
        }
    }

    private void complete(
            Head head,
            @Nullable MetadataState known,
            List<ObjectRef> needed,
            Map<String, Optional<byte[]>> fetched,
            Listener listener) {
        Map<String, byte[]> bytes = new HashMap<>();
        for (ObjectRef object : needed) {
            Optional<byte[]> content = fetched.getOrDefault(object.key(), Optional.empty());
            if (content.isEmpty()) {
                listener.missing(object.key());
                return;
            }
            bytes.put(object.key(), content.get());
        }
        listener.loaded(apply(head, known, bytes, listener));
    }

    private static List<ObjectRef> needed(Head head, @Nullable MetadataState known) {
        List<ObjectRef> needed = new ArrayList<>();
        long at = known == null ? 0 : known.sequence();
        Head.Checkpoint checkpoint = head.checkpoint();
        if (checkpoint != null && at < checkpoint.sequence()) {
            needed.add(checkpoint.object());
            at = checkpoint.sequence();
        }
        for (Head.Segment segment : head.segments()) {
            if (at < segment.end()) {
                needed.add(segment.object());
            }
        }
        long end = head.tailStart();
        for (Head.Entry entry : head.tail()) {
            end += entry.commands();
            if (at < end && entry instanceof Head.Referenced referenced) {
                needed.add(referenced.object());
            }
        }
        return needed;
    }

    private MetadataState apply(
            Head head, @Nullable MetadataState known, Map<String, byte[]> objects, Listener listener) {
        MetadataState state = known == null ? machine.initial(head.storeId()) : known;
        Head.Checkpoint checkpoint = head.checkpoint();
        if (checkpoint != null && state.sequence() < checkpoint.sequence()) {
            String key = checkpoint.object().key();
            state = CheckpointCodec.decode(bytes(objects, key), key);
            if (state.sequence() != checkpoint.sequence() || !state.storeId().equals(head.storeId())) {
                throw new CorruptedDataException("object=" + key + ": not the checkpoint that the head means");
            }
        }
        for (Head.Segment segment : head.segments()) {
            if (state.sequence() < segment.end()) {
                String key = segment.object().key();
                long at = segment.first();
                for (Batch batch : BatchCodec.decodeSegment(bytes(objects, key), key)) {
                    at = applyAt(state, at, batch, key, listener);
                }
                requireAt(state, segment.end(), key);
            }
        }
        long at = head.tailStart();
        for (Head.Entry entry : head.tail()) {
            if (at + entry.commands() > state.sequence()) {
                String where = MetadataLog.HEAD_KEY + "#" + at;
                Batch batch = batch(entry, objects, where);
                if (batch.commands().size() != entry.commands()) {
                    throw new CorruptedDataException("object=" + where + ": not as many commands as the head says");
                }
                applyAt(state, at, batch, where, listener);
            }
            at += entry.commands();
        }
        requireAt(state, head.sequence(), MetadataLog.HEAD_KEY);
        return state;
    }

    private static Batch batch(Head.Entry entry, Map<String, byte[]> objects, String where) {
        if (entry instanceof Head.Inline inline) {
            return BatchCodec.decode(inline.batch().array(), where);
        }
        String key = ((Head.Referenced) entry).object().key();
        return BatchCodec.decode(bytes(objects, key), key);
    }

    /** Applies the batch that begins at {@code at}, unless the state has it already; answers where it ends. */
    private long applyAt(MetadataState state, long at, Batch batch, String where, Listener listener) {
        long end = at + batch.commands().size();
        if (end > state.sequence()) {
            requireAt(state, at, where);
            machine.apply(state, batch);
            listener.applied(batch);
        }
        return end;
    }

    private static void requireAt(MetadataState state, long expected, String where) {
        if (state.sequence() != expected) {
            throw new CorruptedDataException(
                    "object=" + where + ": sequence " + expected + " expected, the state is at " + state.sequence());
        }
    }

    private static byte[] bytes(Map<String, byte[]> objects, String key) {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            throw new IllegalStateException("object=" + key + " was not fetched");
        }
        return bytes;
    }
}
