package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged bytes are reported with their place or make no difference. The store never invents replacements for lost
 * data.
 */
class CorruptionTest {

    private static final int STREAMS = 3;
    private static final int BATCHES = 60;
    private static final int LARGEST = 20_000;

    @TempDir
    Path dir;

    @Test
    void flippedByteInDataObjectIsReportedWithObject() {
        Damage image = closedStore();
        flip(image, image.files("objects/data"), Integer.getInteger("flips", 8), "object=");
    }

    @Test
    void flippedByteInMetadataIsReportedWithObject() {
        Damage image = closedStore();
        flip(image, image.files("objects/meta"), Integer.getInteger("flips", 3), "meta/"); // seconds of retries each
    }

    @Test
    void flippedByteInAcknowledgedFramesIsReportedWithWal() {
        Damage image = crashedStore();
        Path wal = dir.resolve("wal");
        List<Integer> frames = image.frames(wal);
        assertThat(frames).hasSizeGreaterThan(5);
        long seed = Long.getLong("corruption.seed", System.nanoTime());
        Random random = new Random(seed);
        int damaged = 0;
        for (int i = 0; i < Integer.getInteger("flips", 8); i++) {
            byte[] bytes = image.bytes(wal);
            int frame = frames.get(random.nextInt(frames.size() - 1)); // the last one is the idle frame
            int at = frame + random.nextInt(random.nextBoolean() ? 100 : 4096);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            image.restore(wal, bytes);
            damaged += openAndReadAll("seed " + seed + ", byte " + at + " of the WAL", wal.toString()) ? 0 : 1;
        }
        assertThat(damaged).isPositive();
        image.restore();
        assertThat(openAndReadAll("restored", "")).isTrue();
    }

    @Test
    @Tag("campaign")
    void flippedBytesAnywhereAreReportedOrHarmless() {
        int flips = Integer.getInteger("flips", 1000);
        Damage closed = closedStore();
        flip(closed, closed.files("objects/data"), flips, "object=");
        flip(closed, closed.files("objects/meta"), flips, "meta/");
    }

    @Test
    void recoveryStopsAtTornTailAndStoreContinues() {
        Damage image = crashedStore(Duration.ofHours(1));
        Path wal = dir.resolve("wal");
        int last = image.frames(wal).get(image.frames(wal).size() - 1);
        byte[] torn = image.bytes(wal);
        Arrays.fill(torn, last + 512, last + 4096, (byte) 0);
        image.restore(wal, torn);
        long[] ends = new long[STREAMS];
        StreamStore store = Stores.open(Stores.in(dir));
        long lost = 0;
        for (int i = 0; i < STREAMS; i++) {
            var stream = Stores.own(store, "s" + i);
            Stores.verify(stream, i, LARGEST);
            lost += expectedEnd(i) - stream.confirmOffset();
            long offset = stream.nextOffset();
            Stores.get(stream.append(Payloads.batch(i, offset, LARGEST)).durable());
            ends[i] = stream.confirmOffset();
        }
        assertThat(lost).as("records of the torn frame").isBetween(1L, 4L);
        Stores.close(store);
        store = Stores.open(Stores.in(dir));
        for (int i = 0; i < STREAMS; i++) {
            var stream = Stores.own(store, "s" + i);
            assertThat(stream.confirmOffset()).isEqualTo(ends[i]);
            Stores.verify(stream, i, LARGEST);
        }
        Stores.close(store);
    }

    @Test
    void missingOrForeignWalIsUnreachableAndNotEmpty() throws IOException {
        Damage image = crashedStore();
        Path wal = dir.resolve("wal");
        byte[] others = othersWal();

        image.restore(wal, new byte[0]);
        assertUnreachable(wal);
        image.restore();
        Files.delete(wal);
        assertUnreachable(wal);
        assertThat(wal).as("no file is created in place of the missing one").doesNotExist();
        image.restore(wal, others);
        assertThat(Stores.failure(() -> Stores.in(dir).openAsync()))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining(wal.toString())
                .hasMessageContaining("belongs to store");
        image.restore(wal, new byte[4 << 20]);
        assertUnreachable(wal);
        Files.write(wal, image.bytes(wal)); // restored, on a store that was opened four times
        assertThat(openAndReadAll("put back", "")).isTrue();
        image.restore();
        assertThat(openAndReadAll("restored", "")).isTrue();
    }

    private void assertUnreachable(Path wal) {
        StreamException failure = Stores.failure(() -> Stores.in(dir).openAsync());
        assertThat(failure).isInstanceOf(StorageException.class).hasMessageContaining(wal.toString());
    }

    private byte[] othersWal() throws IOException {
        Path other = Files.createDirectory(dir.resolveSibling(dir.getFileName() + "-other"));
        StreamStore store = Stores.open(Stores.in(other));
        Stores.get(Stores.own(store, "s0").append(RecordBatch.of("theirs", 1)).durable());
        byte[] bytes = Files.readAllBytes(other.resolve("wal"));
        Stores.close(store);
        return bytes;
    }

    private void flip(Damage image, List<Path> files, int flips, String where) {
        assertThat(files).isNotEmpty();
        long seed = Long.getLong("corruption.seed", System.nanoTime());
        Random random = new Random(seed);
        int damaged = 0;
        for (int i = 0; i < flips; i++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] bytes = image.bytes(file);
            // Half of them near the ends, which hold headers, index and footer.
            int at = random.nextBoolean()
                    ? random.nextInt(bytes.length)
                    : Math.max(
                            0,
                            Math.min(
                                    bytes.length - 1,
                                    random.nextBoolean()
                                            ? random.nextInt(100)
                                            : bytes.length - 1 - random.nextInt(100)));
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            image.restore(file, bytes);
            String place = "seed " + seed + ", byte " + at + " of " + file;
            damaged += openAndReadAll(place, where, file.getFileName().toString()) ? 0 : 1;
        }
        assertThat(damaged).as("flips that were detected").isPositive();
    }

    /** Whether all data is there. Otherwise the failure must be damage, reported with one of these places. */
    private boolean openAndReadAll(String what, String... places) {
        StreamStore store = null;
        try {
            store = Stores.open(Stores.in(dir));
            for (int i = 0; i < STREAMS; i++) {
                var stream = Stores.own(store, "s" + i);
                assertThat(stream.confirmOffset()).as(what).isEqualTo(expectedEnd(i));
                Stores.verify(stream, i, LARGEST);
            }
            return true;
        } catch (StorageException unreachable) {
            // An opening record or an object's own header may be hit: then it differs from the
            // metadata's.
            assertThat(unreachable.getMessage()).as(what).containsAnyOf(places);
            return false;
        } catch (CorruptedDataException damage) {
            assertThat(damage.getMessage()).as(what).containsAnyOf(places);
            return false;
        } catch (StreamException other) {
            throw new AssertionError(what + " is reported as " + other, other);
        } finally {
            if (store != null) {
                Stores.abandon(store);
            }
        }
    }

    private static long expectedEnd(int who) {
        long offset = 0;
        for (int i = 0; i < BATCHES; i++) {
            offset += Payloads.batch(who, offset, LARGEST).recordCount();
        }
        return offset;
    }

    private Damage closedStore() {
        StreamStore store = Stores.open(Stores.in(dir));
        fill(store);
        Stores.close(store);
        return Damage.imageOf(dir);
    }

    private Damage crashedStore() {
        return crashedStore(Duration.ofMillis(50));
    }

    /** All data is in the WAL only, in many frames. Unless the delay is long, an idle frame follows. */
    private Damage crashedStore(Duration idleFrameDelay) {
        StreamStoreBuilder builder = Stores.in(dir)
                .config(Stores.smallSizes()
                        .uploadThresholdBytes(16 << 20)
                        .uploadInterval(Duration.ofHours(1))
                        .idleFrameDelay(idleFrameDelay)
                        .build());
        StreamStore store = Stores.open(builder);
        fill(store);
        if (idleFrameDelay.toMillis() < 1000) {
            long frames = STREAMS * BATCHES + 1; // each append is awaited, so each has a frame of its own
            await("idle frame")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> store.stats().walFrames() >= frames);
        }
        Damage image = Damage.imageOf(dir);
        Stores.abandon(store);
        return image;
    }

    private static void fill(StreamStore store) {
        for (int i = 0; i < STREAMS; i++) {
            var stream = Stores.own(store, "s" + i);
            for (int k = 0; k < BATCHES; k++) {
                Stores.get(stream.append(Payloads.batch(i, stream.nextOffset(), LARGEST))
                        .durable());
            }
        }
    }
}
