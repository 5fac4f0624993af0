package io.s3stream.kafka.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.FetchedBatch;
import io.s3stream.kafka.compaction.CompactionFilter.Scope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter against a model: random logs with transactions and tombstones, cleaned again and again. */
class CompactionFilterTest {

    private static final long RETENTION = 100;
    private static final List<Compression> COMPRESSIONS = List.of(
            Compression.NONE,
            Compression.gzip().build(),
            Compression.lz4().build(),
            Compression.zstd().build());

    private Random random = new Random(0);
    private ModelLog log = new ModelLog();
    private CleaningProgress progress = CleaningProgress.NONE;
    private long now = 1_000_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void eachKeyKeepsItsLatestCommittedValue(int keys) {
        for (int seed = 0; seed < 100; seed++) {
            random = new Random(seed);
            log = new ModelLog();
            progress = CleaningProgress.NONE;
            for (int round = 0; round < 8; round++) {
                for (int i = random.nextInt(25); i >= 0; i--) {
                    append(keys);
                }
                now += random.nextInt(150);
                clean();
            }
        }
    }

    private void append(int keys) {
        long producer = random.nextInt(4) - 1; // -1 for none, 0 idempotent, 1 and 2 transactional
        if (log.open.containsKey(producer) && random.nextInt(3) == 0) {
            log.end(producer, random.nextBoolean());
            return;
        }
        List<SimpleRecord> records = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String value = random.nextInt(4) == 0 ? null : "value " + log.end() + "/" + i;
            records.add(
                    new SimpleRecord(now + random.nextInt(1000), bytes("key " + random.nextInt(keys)), bytes(value)));
        }
        log.append(COMPRESSIONS.get(random.nextInt(COMPRESSIONS.size())), producer, producer > 0, records);
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private void clean() {
        long end = log.lastStableOffset();
        long removable = progress.removableBefore(now, RETENTION);
        clean(end, removable);
        progress = progress.after(end, now, RETENTION);
        checkReader(end, removable);
        checkProducers();
    }

    private void clean(long end, long removable) {
        AbortedBatches aborted = new AbortedBatches(log.aborted);
        LatestOffsets latest = new LatestOffsets(1 << 14);
        int count = 0;
        for (FetchedBatch fetched : log.batches) {
            if (fetched.endOffset() > end) {
                break;
            }
            count++;
            if (fetched.baseOffset() >= progress.cleanedTo() && !fetched.isDropped()) {
                MutableRecordBatch batch = ModelLog.batch(fetched);
                if (!batch.isControlBatch() && !aborted.contains(batch)) {
                    latest.add(batch);
                }
            }
        }
        CompactionFilter filter = new CompactionFilter(
                new Scope(end, removable, latest, aborted, new HashSet<>(log.lastOfProducers.values())));
        showAgain(filter, count);
    }

    /** In portions. The store shows the batches of a portion again after a conflict, and forgets the first verdicts. */
    private void showAgain(CompactionFilter filter, int count) {
        int from = 0;
        while (from < count) {
            int to = Math.min(count, from + 1 + random.nextInt(10));
            if (random.nextInt(4) == 0) {
                log.batches.subList(from, to).stream()
                        .filter(batch -> !batch.isDropped())
                        .forEach(filter::apply);
            }
            log.rewrite(from, to, filter);
            from = to;
        }
    }

    private void checkReader(long end, long removable) {
        Map<String, String> expected = log.latestBefore(end);
        Map<String, Long> offsets = log.latestOffsetsBefore(end);
        Map<String, String> found = new HashMap<>();
        long last = -1;
        for (Record record : log.read(end)) {
            assertThat(record.offset()).isGreaterThan(last);
            last = record.offset();
            String key = ModelLog.text(record.key());
            assertThat(found).as("a second record of the key").doesNotContainKey(key);
            found.put(key, ModelLog.text(record.value()));
            assertThat(record.offset()).isEqualTo(offsets.get(key));
        }
        expected.forEach((key, value) -> {
            if (value != null || offsets.get(key) >= removable) {
                assertThat(found).containsEntry(key, value);
            } else {
                assertThat(found).doesNotContainKey(key);
            }
        });
    }

    /** A replay finds the last sequence of each producer, and the batch at the end. */
    private void checkProducers() {
        for (FetchedBatch batch : log.batches) {
            if (log.lastOfProducers.containsValue(batch.endOffset() - 1)) {
                assertThat(batch.isDropped()).isFalse();
            }
        }
    }

    @Test
    void markersOfCommittedTransactionsGoAfterTheirRecords() {
        log.append(Compression.NONE, 1, true, List.of(new SimpleRecord(now, bytes("a"), bytes("1"))));
        log.end(1, true);
        log.append(Compression.NONE, 1, true, List.of(new SimpleRecord(now, bytes("a"), bytes("2"))));
        log.end(1, false);
        log.append(Compression.NONE, 1, true, List.of(new SimpleRecord(now, bytes("a"), bytes("3"))));
        log.end(1, true);
        clean();
        assertThat(dropped()).containsExactly(true, false, true, false, false, false);
        now += RETENTION;
        log.append(Compression.NONE, -1, false, List.of(new SimpleRecord(now, bytes("b"), bytes("1"))));
        clean();
        assertThat(dropped()).containsExactly(true, true, true, false, false, false, false);
    }

    private List<Boolean> dropped() {
        return log.batches.stream().map(FetchedBatch::isDropped).toList();
    }

    @Test
    void recordsWithoutAKeyAreRemoved() {
        log.append(
                Compression.NONE,
                -1,
                false,
                List.of(new SimpleRecord(now, null, bytes("1")), new SimpleRecord(now, bytes("a"), bytes("2"))));
        clean(log.end(), 0);
        assertThat(log.read(log.end()))
                .extracting(record -> ModelLog.text(record.value()))
                .containsExactly("2");
    }
}
