package io.s3stream.layout;

import static io.s3stream.layout.Failures.assertCorrupted;
import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.CorruptedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The directory of a large index finds the same blocks as the whole index. */
class IndexDirectoryTest {

    private final Random random = new Random(Long.getLong("seed", 1L));

    /** Streams of one to several hundred blocks, as in objects of many streams. */
    private List<BlockEntry> entries(int count) {
        List<BlockEntry> entries = new ArrayList<>();
        long position = 0;
        long stream = random.nextInt(5);
        while (entries.size() < count) {
            int blocks = random.nextInt(50) == 0 ? 1 + random.nextInt(700) : 1 + random.nextInt(3);
            long base = random.nextInt(1000);
            for (int i = 0; i < blocks && entries.size() < count; i++) {
                int size = 49 + random.nextInt(100);
                entries.add(new BlockEntry(stream, 1, base, base + 2, 7, position, size));
                base += 2 + random.nextInt(2);
                position += size;
            }
            stream += 1 + random.nextInt(3);
        }
        return entries;
    }

    private record Written(List<BlockEntry> entries, long blocksEnd, ByteBuffer tail, long objectSize) {

        static Written of(List<BlockEntry> entries) {
            BlockEntry last = entries.get(entries.size() - 1);
            long end = last.position() + last.size();
            ByteBuffer tail = ObjectIndex.encodeTail(entries, end);
            return new Written(entries, end, tail, end + tail.remaining());
        }

        ByteBuffer slice(long position, int bytes) {
            return tail.slice((int) (position - blocksEnd), bytes);
        }

        IndexDirectory directory() {
            IndexDirectory.Place place = IndexDirectory.find(tail, objectSize).orElseThrow();
            return IndexDirectory.decode(slice(place.position(), place.bytes()), tail, objectSize);
        }

        ObjectIndex pages(long streamId) {
            IndexDirectory directory = directory();
            IndexDirectory.Pages pages = directory.pagesOf(streamId);
            return directory.decode(slice(pages.position(), pages.bytes()), pages);
        }
    }

    @Test
    void pagesOfStreamHaveAllItsBlocks() {
        for (int count : new int[] {513, 767, 768, 769, 1024, 3000}) {
            Written written = Written.of(entries(count));
            ObjectIndex whole = ObjectIndex.decode(written.tail(), written.objectSize());
            assertThat(whole.entries()).isEqualTo(written.entries());
            long last = written.entries().get(count - 1).streamId();
            for (long stream = -1; stream <= last + 1; stream++) {
                long id = stream;
                assertThat(written.pages(id).entries().stream().filter(entry -> entry.streamId() == id))
                        .as("stream %s of an index of %s entries", id, count)
                        .containsExactlyElementsOf(whole.entries().stream()
                                .filter(entry -> entry.streamId() == id)
                                .toList());
            }
        }
    }

    @Test
    void streamWithGreatestIdIsFound() {
        List<BlockEntry> entries = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            entries.add(new BlockEntry(i < 10 ? i : Long.MAX_VALUE, 1, 2L * i, 2L * i + 1, 0, 100L * i, 100));
        }
        assertThat(Written.of(entries).pages(Long.MAX_VALUE).entries()).containsAll(entries.subList(10, 1000));
    }

    @Test
    void smallIndexHasNoDirectory() {
        Written written = Written.of(entries(512));
        assertThat(IndexDirectory.find(written.tail(), written.objectSize())).isEmpty();
        assertThat(written.tail().remaining()).isEqualTo(16 + 512 * 56 + 40);
    }

    @Test
    void changedByteIsDetected() {
        Written good = Written.of(entries(1500));
        IndexDirectory.Place place =
                IndexDirectory.find(good.tail(), good.objectSize()).orElseThrow();
        for (int at = 0; at < place.bytes() - 4; at++) { // the last four bytes are reserved
            Written changed = changed(good, at);
            assertCorrupted(changed::directory);
        }
        for (int i = 0; i < 300; i++) {
            int at = place.bytes() + 16 + random.nextInt(1500 * 56);
            BlockEntry hit = good.entries().get((at - place.bytes() - 16) / 56);
            Written changed = changed(good, at);
            assertCorrupted(() -> changed.pages(hit.streamId()));
        }
    }

    private Written changed(Written good, int at) {
        ByteBuffer tail = Samples.copy(good.tail());
        tail.put(at, (byte) (tail.get(at) ^ (1 << random.nextInt(8))));
        return new Written(good.entries(), good.blocksEnd(), tail, good.objectSize());
    }

    /** Directories with hostile fields and valid checksums are refused, or their pages are within the index. */
    @Test
    void hostileFieldsAreRefusedInBoundedMemory() {
        Written good = Written.of(entries(1500));
        int bytes = IndexDirectory.find(good.tail(), good.objectSize())
                .orElseThrow()
                .bytes();
        Mutator mutator = new Mutator(random);
        long allocated = Allocation.during(() -> {
            for (int i = 0; i < 2000; i++) {
                ByteBuffer directory = mutator.mutate(good.tail().slice(0, bytes));
                if (directory.limit() >= 8) {
                    int end = directory.limit() - 8;
                    directory.putInt(end, Checksums.crc32c(directory, 0, end));
                }
                try {
                    IndexDirectory decoded = IndexDirectory.decode(directory, good.tail(), good.objectSize());
                    IndexDirectory.Pages pages = decoded.pagesOf(random.nextInt(100));
                    decoded.decode(good.slice(pages.position(), pages.bytes()), pages);
                } catch (CorruptedDataException e) {
                    assertThat(e).hasMessageStartingWith("index");
                }
            }
        });
        assertThat(allocated / 2000).isLessThan(1 << 20);
    }

    @Test
    void overlappingBlocksAreRefused() {
        List<BlockEntry> entries = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            entries.add(new BlockEntry(i, 1, 0, 1, 0, 100L * i, 100));
        }
        ByteBuffer tail = ObjectIndex.encodeTail(entries, 300);
        tail.putLong(16 + 56 + 40, 99); // the second block begins in the first
        tail.putInt(tail.limit() - 28, Checksums.crc32c(tail, 0, 16 + 3 * 56));
        tail.putInt(tail.limit() - 8, Checksums.crc32c(tail, tail.limit() - 40, 32));
        assertCorrupted(() -> ObjectIndex.decode(tail, 300 + tail.remaining()))
                .withMessageContaining("impossible entry");
    }

    @Test
    void directoryOfVersion1IsReadable() throws IOException {
        Written written = Written.of(GoldenFiles.manyEntries());
        ByteBuffer golden = GoldenFiles.read("directory-v1.hex");
        assertThat(golden).isEqualTo(GoldenFiles.directory());
        assertThat(IndexDirectory.decode(golden, written.tail(), written.objectSize())
                        .pages())
                .isEqualTo(3);
    }
}
