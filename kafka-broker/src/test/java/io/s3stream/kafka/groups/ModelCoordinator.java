package io.s3stream.kafka.groups;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;

/** Committed offsets by the rules of Kafka's OffsetMetadataManager, by group. */
final class ModelCoordinator implements CoordinatorPlayback<CoordinatorRecord> {

    private final Map<String, Entry> committed = new TreeMap<>();
    private final Map<Long, Map<String, Entry>> pending = new TreeMap<>();
    private long written;

    private record Entry(long position, long offset) {}

    @Override
    public void replay(long position, long producerId, short producerEpoch, CoordinatorRecord record) {
        String group = ((OffsetCommitKey) record.key()).group();
        Map<String, Entry> values =
                producerId < 0 ? committed : pending.computeIfAbsent(producerId, id -> new HashMap<>());
        if (record.value() == null) {
            committed.remove(group);
            pending.values().forEach(transaction -> transaction.remove(group));
        } else {
            values.put(
                    group,
                    new Entry(position, ((OffsetCommitValue) record.value().message()).offset()));
        }
    }

    @Override
    public void replayEndTransactionMarker(long producerId, short producerEpoch, TransactionResult result) {
        Map<String, Entry> values = pending.remove(producerId);
        if (values != null && result == TransactionResult.COMMIT) {
            values.forEach((group, entry) -> {
                Entry present = committed.get(group);
                if (present == null || present.position < entry.position) {
                    committed.put(group, entry);
                }
            });
        }
    }

    @Override
    public void updateLastWrittenOffset(long position) {
        if (position <= written) {
            throw new IllegalStateException("the position " + position + " is not after " + written);
        }
        written = position;
    }

    @Override
    public void updateLastCommittedOffset(long position) {
        if (position > written) {
            throw new IllegalStateException("the position " + position + " is not written yet");
        }
    }

    long written() {
        return written;
    }

    boolean isOpen(long producerId) {
        return pending.containsKey(producerId);
    }

    /** The committed offsets, and the offsets that each open transaction would set if it were committed now. */
    Map<String, Object> state() {
        Map<String, Object> state = new TreeMap<>();
        committed.forEach((group, entry) -> state.put(group, entry.offset));
        pending.forEach((id, values) -> {
            Map<String, Long> effective = new TreeMap<>();
            values.forEach((group, entry) -> {
                Entry present = committed.get(group);
                if (present == null || present.position < entry.position) {
                    effective.put(group, entry.offset);
                }
            });
            if (!effective.isEmpty()) {
                state.put("transaction " + id, effective);
            }
        });
        return state;
    }
}
