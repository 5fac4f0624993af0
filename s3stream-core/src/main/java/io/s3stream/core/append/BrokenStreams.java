package io.s3stream.core.append;

import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StreamException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Streams with an append that cannot be encoded, because its payload became unreadable: the buffer was closed, belongs
 * to another thread, or its file was truncated. That append and the later ones of the stream have offsets and are not
 * written. They fail, in order, once all earlier appends of the stream are acknowledged. Other streams continue. Owned
 * by the append context.
 */
@SuppressWarnings("IdentityHashMapUsage") // streams by identity
final class BrokenStreams {

    private final FailedAppends failed;
    private final Map<StreamTail, Broken> streams = new IdentityHashMap<>();

    /** The appends of one stream from the first that cannot be written. */
    private record Broken(long from, StreamException reason, List<PendingAppend> appends) {}

    BrokenStreams(FailedAppends failed) {
        this.failed = failed;
    }

    boolean isEmpty() {
        return streams.isEmpty();
    }

    /** Adds an item that cannot be encoded. If one append of a group fails, the whole group fails. */
    void add(Enqueued item, Throwable cause) {
        for (PendingAppend append : item.appends()) {
            Broken present = streams.computeIfAbsent(append.tail(), tail -> breakOff(append, cause));
            present.appends().add(append);
        }
    }

    /**
     * Adds an item if it belongs to a broken stream. Returns whether it does. An abandoned WAL may return appends that
     * precede the break: they are written.
     */
    boolean takes(Enqueued item) {
        for (PendingAppend append : item.appends()) {
            Broken broken = streams.get(append.tail());
            if (broken != null && append.baseOffset() >= broken.from()) {
                add(item, broken.reason());
                return true;
            }
        }
        return false;
    }

    /**
     * Fails the appends of each stream whose earlier appends are all acknowledged.
     *
     * @param isLast whether no append waits in the queue or in a chain of claims
     */
    void settle(boolean isLast) {
        for (Iterator<Map.Entry<StreamTail, Broken>> all = streams.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<StreamTail, Broken> each = all.next();
            Broken broken = each.getValue();
            if (each.getKey().confirmOffset() >= broken.from()) {
                failed.fail(broken.appends(), Outcome.NOT_WRITTEN, broken.reason());
                broken.appends().clear();
                if (isLast) {
                    all.remove(); // the stream refuses appends, so no further one can arrive
                }
            }
        }
    }

    /** Fails all appends at once, because all others fail, too. */
    void failAll() {
        for (Broken broken : streams.values()) {
            failed.fail(broken.appends(), Outcome.NOT_WRITTEN, broken.reason());
        }
        streams.clear();
    }

    private static Broken breakOff(PendingAppend first, Throwable cause) {
        StreamException reason = new StreamException(
                StreamException.Kind.INVALID,
                "stream=" + first.tail().id() + ": accepts no further appends, because the payload of offset "
                        + first.baseOffset() + " cannot be read: " + cause
                        + "; a payload must stay readable until its append returns. Close the stream"
                        + " and open it again",
                cause);
        first.tail().refuse(reason);
        return new Broken(first.baseOffset(), reason, new ArrayList<>());
    }
}
