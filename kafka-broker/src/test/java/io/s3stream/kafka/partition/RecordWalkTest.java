package io.s3stream.kafka.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class RecordWalkTest {

    private static final int HEADER_BYTES = 61;
    private static final int SEEDS = 300;

    @Test
    void batchesOfClientsAreSound() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimpleRecord[] records = records(new Random(seed));
            ByteBuffer batch = batch(records);
            assertThatCode(() -> RecordWalk.check(batch, records.length))
                    .as("seed %s", seed)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void anotherCountIsRefused() {
        ByteBuffer batch = batch(new SimpleRecord("a".getBytes()), new SimpleRecord("b".getBytes()));

        assertThatThrownBy(() -> RecordWalk.check(batch, 1))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("bytes follow the 1 records");
        assertThatThrownBy(() -> RecordWalk.check(batch, 3)).hasMessage("record 2 of a batch is cut short");
        assertThatThrownBy(() -> RecordWalk.check(batch, Integer.MAX_VALUE)).isInstanceOf(InvalidRecordException.class);
    }

    /** Each batch that Kafka's own reader cannot read, or reads with other offsets, is refused. */
    @Test
    void batchThatConsumersCannotReadIsRefused() {
        int unreadable = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            SimpleRecord[] records = records(random);
            for (int i = 0; i < 50; i++) {
                ByteBuffer batch = batch(records);
                int at = HEADER_BYTES + random.nextInt(batch.limit() - HEADER_BYTES);
                batch.put(at, (byte) random.nextInt());
                if (!isReadable(batch, records.length)) {
                    unreadable++;
                    assertThatThrownBy(() -> RecordWalk.check(batch, records.length))
                            .as("seed %s, byte %s of try %s", seed, at, i)
                            .isInstanceOf(InvalidRecordException.class);
                }
            }
        }
        assertThat(unreadable).isGreaterThan(1000);
    }

    private static boolean isReadable(ByteBuffer batch, int count) {
        RecordBatch read =
                MemoryRecords.readableRecords(batch).batches().iterator().next();
        int found = 0;
        try {
            for (Record record : read) {
                if (record.offset() != found++) {
                    return false;
                }
                record.headers();
            }
        } catch (RuntimeException e) {
            return false;
        }
        return found == count;
    }

    private static SimpleRecord[] records(Random random) {
        SimpleRecord[] records = new SimpleRecord[1 + random.nextInt(20)];
        for (int i = 0; i < records.length; i++) {
            Header[] headers = new Header[random.nextInt(3)];
            for (int h = 0; h < headers.length; h++) {
                headers[h] = new RecordHeader("header" + h, bytes(random));
            }
            records[i] =
                    new SimpleRecord(1000L * random.nextInt(Integer.MAX_VALUE), bytes(random), bytes(random), headers);
        }
        return records;
    }

    private static byte[] bytes(Random random) {
        int length = random.nextInt(5) == 0 ? -1 : random.nextInt(random.nextInt(3) == 0 ? 300 : 20);
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static ByteBuffer batch(SimpleRecord... records) {
        return MemoryRecords.withRecords(Compression.NONE, records).buffer();
    }
}
