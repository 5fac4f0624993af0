package io.s3stream.core.metadata.log;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.bytes.Digest;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.codec.BatchCodec;
import io.s3stream.core.metadata.codec.BatchCodec.LoggedBatch;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import io.s3stream.core.metadata.state.ChainRule;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.StateMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Brings a state up to a head. Fetches only the objects with new content, all at once. */
final class LogLoader {

    /** Receives the result, once. */
    interface Listener {

        void loaded(MetadataState state);

        /** A batch was applied. Batches inside a checkpoint are not reported. */
        default void applied(Batch batch) {}

        /** An object does not exist; nothing was applied. */
        void missing(String key);

        /** The head does not continue the known state [R41], or an object's content contradicts the head. */
        void contradicted(CorruptedDataException finding);
    }

    private final MetadataLog log;
    private final StateMachine machine;
    private final ChainRule chain;

    LogLoader(MetadataLog log, StateMachine machine, ChainRule chain) {
        this.log = log;
        this.machine = machine;
        this.chain = chain;
    }

    void load(Head head, @Nullable MetadataState known, RetryScope attempts, Listener listener) {
        List<ObjectRef> needed = needed(head, known);
        if (needed.isEmpty()) {
            applyTo(known, head, Map.of(), listener);
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
        applyTo(known, head, bytes, listener);
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

    private void applyTo(@Nullable MetadataState known, Head head, Map<String, byte[]> objects, Listener listener) {
        MetadataState loaded;
        try {
            loaded = apply(head, known, objects, listener);
        } catch (CorruptedDataException finding) {
            listener.contradicted(finding);
            return;
        }
        listener.loaded(loaded);
    }

    private MetadataState apply(
            Head head, @Nullable MetadataState known, Map<String, byte[]> objects, Listener listener) {
        MetadataState state = known == null ? machine.initial(head.storeId()) : known;
        if (!state.storeId().equals(head.storeId()) || head.sequence() < state.sequence()) {
            throw notContinued(state);
        }
        Head.Checkpoint checkpoint = head.checkpoint();
        if (checkpoint != null && state.sequence() < checkpoint.sequence()) {
            state = decode(head, checkpoint, objects);
            if (known != null && !chain.continues(known, state)) {
                throw notContinued(known);
            }
        }
        for (Head.Segment segment : head.segments()) {
            if (state.sequence() < segment.end()) {
                String key = segment.object().key();
                long at = segment.first();
                BatchCodec.Segment content = BatchCodec.decodeSegment(bytes(objects, key), key);
                UUID value = content.chain();
                for (LoggedBatch batch : content.batches()) {
                    at = applyAt(state, at, value, batch, listener);
                    value = Digest.chained(value, batch.digest());
                }
                requireAt(state, segment.end(), segment.chain());
            }
        }
        long at = head.tailStart();
        UUID value = head.tailChain();
        for (Head.Entry entry : head.tail()) {
            if (at + entry.commands() > state.sequence()) {
                String where = MetadataLog.HEAD_KEY + "#" + at;
                LoggedBatch batch = batch(entry, objects, where);
                if (batch.batch().commands().size() != entry.commands()) {
                    throw new CorruptedDataException(
                            "object=" + where + ": its number of commands differs from the head's");
                }
                applyAt(state, at, value, batch, listener);
            }
            at += entry.commands();
            value = Digest.chained(value, entry.digest());
        }
        requireAt(state, head.sequence(), value);
        return state;
    }

    private static MetadataState decode(Head head, Head.Checkpoint checkpoint, Map<String, byte[]> objects) {
        String key = checkpoint.object().key();
        MetadataState state = CheckpointCodec.decode(bytes(objects, key), key);
        if (state.sequence() != checkpoint.sequence()
                || !state.storeId().equals(head.storeId())
                || !state.history().chain().equals(checkpoint.chain())) {
            throw new CorruptedDataException("object=" + key + ": not the checkpoint that the head means");
        }
        return state;
    }

    private static LoggedBatch batch(Head.Entry entry, Map<String, byte[]> objects, String where) {
        if (entry instanceof Head.Inline inline) {
            return LoggedBatch.of(inline.batch().array(), where);
        }
        String key = ((Head.Referenced) entry).object().key();
        return LoggedBatch.of(bytes(objects, key), key);
    }

    /** Applies the batch that begins at {@code at}, unless the state contains it. Returns the end of the batch. */
    private long applyAt(MetadataState state, long at, UUID value, LoggedBatch batch, Listener listener) {
        long end = at + batch.batch().commands().size();
        if (end > state.sequence()) {
            requireAt(state, at, value);
            machine.apply(state, batch.batch());
            state.history().add(batch.digest());
            listener.applied(batch.batch());
        }
        return end;
    }

    private void requireAt(MetadataState state, long at, UUID value) {
        if (state.sequence() != at || !chain.continues(state.history().chain(), value)) {
            throw notContinued(state);
        }
    }

    /** Builds the same exception for every head that does not continue this state, so that two reads can agree. */
    private static NotContinuedException notContinued(MetadataState state) {
        return new NotContinuedException("object=" + MetadataLog.HEAD_KEY
                + ": does not continue the metadata of this node:"
                + " store=" + state.storeId() + " sequence=" + state.sequence() + " chain="
                + state.history().chain() + ". The head was set back or replaced, and others may have written since."
                + " Stop all nodes, bring back the newest head, and open again");
    }

    private static byte[] bytes(Map<String, byte[]> objects, String key) {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            throw new IllegalStateException("object=" + key + " was not fetched");
        }
        return bytes;
    }
}
