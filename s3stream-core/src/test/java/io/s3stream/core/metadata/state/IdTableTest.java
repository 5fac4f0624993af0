package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import io.s3stream.core.metadata.codec.MetadataFormat;
import io.s3stream.core.metadata.log.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdTableTest {

    private static final UUID STORE = new UUID(1, 2);
    private static final int MAGIC = 0x53334d43;

    @Test
    void tableBehavesAsSortedMap() {
        Seeds.forEach(20, seed -> {
            Random random = new Random(seed);
            IdTable<String> table = new IdTable<>();
            TreeMap<Long, String> model = new TreeMap<>();
            int spread = 1 << (4 + random.nextInt(12));
            for (int step = 0; step < 5_000; step++) {
                long id = random.nextInt(spread);
                if (random.nextInt(step < 3_000 ? 4 : 2) == 0) {
                    table.remove(id);
                    model.remove(id);
                } else {
                    table.put(id, "v" + step);
                    model.put(id, "v" + step);
                }
                assertThat(table.get(id)).isEqualTo(model.get(id));
            }
            List<String> values = new ArrayList<>();
            table.forEach(values::add);
            assertThat(values).containsExactlyElementsOf(model.values());
            assertThat(table.size()).isEqualTo(model.size());
        });
    }

    @Test
    void memoryGrowsWithValuesAndNotWithIdDistance() {
        IdTable<String> table = new IdTable<>();
        for (long i = 0; i < 10_000; i++) {
            table.put(i << 40, "v");
        }
        assertThat(table.capacity()).isEqualTo(10_000);
        for (long i = 0; i < 10_000; i++) {
            table.put(i, "v");
        }
        for (long i = 0; i < 10_000; i += 2) {
            table.remove(i);
        }
        assertThat(table.capacity()).isLessThan(10_000 + 10_000 + 256);
    }

    @Test
    void checkpointWithSparseIdsTakesMemoryByItsBytes() {
        int objects = 200_000;
        byte[] checkpoint = checkpoint(Long.MAX_VALUE, objects, 1000);
        assertThat(checkpoint.length).isLessThan(1_500_000);
        MetadataState state = CheckpointCodec.decode(checkpoint, "test");
        assertThat(state.entities().objects.capacity()).isLessThan(2L * objects);
    }

    @Test
    void idsBeyondLastOneOrOutOfOrderAreRefused() {
        assertThatThrownBy(() -> CheckpointCodec.decode(checkpoint(5, 6, 1), "test"))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining("id 6 after 5, where the last assigned id is 5");
        assertThatThrownBy(() -> CheckpointCodec.decode(checkpoint(5, 2, 0), "test"))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining("id 0 after 0");
        assertThat(CheckpointCodec.decode(checkpoint(6, 6, 1), "test").objects())
                .hasSize(6);
    }

    private static byte[] checkpoint(long lastObject, int objects, long distance) {
        ByteWriter out =
                new ByteWriter(MAGIC, MetadataFormat.FORMAT_VERSION).uuid(STORE).unsigned(1);
        new History(STORE).write(out);
        out.unsigned(0).unsigned(lastObject).unsigned(0).unsigned(0).unsigned(objects);
        for (int i = 0; i < objects; i++) {
            out.unsigned(distance).string("").unsigned(0).unsigned(0).unsigned(0);
        }
        return out.unsigned(0).sealToArray();
    }
}
