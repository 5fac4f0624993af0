package io.s3stream.wal.s3;

import io.s3stream.wal.s3.fence.WalKeys;
import io.s3stream.wal.s3.request.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes trimmed frames in batches, one batch at a time. It sends each batch once. The next trim retries the keys that
 * failed, and only those (L27); the generation's release deletes the rest. So an idle WAL sends no requests (L29).
 * Owned by the medium's serial context.
 */
final class Trimmer {

    static final int BATCH = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Trimmer.class);

    /** The maximum number of failed keys to remember. The release deletes the others. */
    private static final int MAX_FAILED = 10_000;

    private final Requests requests;
    private final WalKeys keys;
    private final Runnable onQuiet;
    private final TreeSet<Long> failed = new TreeSet<>();
    private long next;
    private long end;
    private boolean isRunning;
    private boolean stopped;

    Trimmer(Requests requests, WalKeys keys, long firstSequence, Runnable onQuiet) {
        this.requests = requests;
        this.keys = keys;
        this.onQuiet = onQuiet;
        this.next = firstSequence;
        this.end = firstSequence;
    }

    /** Deletes the frames before {@code sequence}. */
    void trimTo(long sequence) {
        if (sequence <= end || stopped) {
            return;
        }
        end = sequence;
        if (!isRunning) {
            deleteBatch(true);
        }
    }

    boolean isRunning() {
        return isRunning;
    }

    /** Begins no further batch. */
    void stop() {
        stopped = true;
    }

    private void deleteBatch(boolean retriesFailed) {
        List<Long> batch = new ArrayList<>();
        while (retriesFailed && batch.size() < BATCH && !failed.isEmpty()) {
            batch.add(failed.pollFirst());
        }
        while (batch.size() < BATCH && next < end) {
            batch.add(next++);
        }
        if (batch.isEmpty() || stopped) {
            isRunning = false;
            onQuiet.run();
            return;
        }
        isRunning = true;
        List<String> names = batch.stream().map(keys::of).toList();
        requests.sendOnce(storage -> storage.delete(names)).whenComplete((refused, error) -> {
            note(batch, refused, error);
            deleteBatch(false);
        });
    }

    private void note(List<Long> batch, @Nullable Map<String, String> refused, @Nullable Throwable error) {
        if (error != null || refused == null) {
            LOG.info("{}: {} trimmed frames are deleted later: {}", requests, batch.size(), String.valueOf(error));
            batch.forEach(this::remember);
            return;
        }
        if (!refused.isEmpty()) {
            LOG.info("{}: {} trimmed frames are deleted later: {}", requests, refused.size(), refused);
            batch.stream()
                    .filter(sequence -> refused.containsKey(keys.of(sequence)))
                    .forEach(this::remember);
        }
    }

    private void remember(long sequence) {
        if (failed.size() < MAX_FAILED) {
            failed.add(sequence);
        }
    }
}
