package io.s3stream.core.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.metadata.MetadataRegister.Versioned;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.MetadataRegisterContract;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Register and bucket of one store belong together. Every other pair is refused. */
class BoundRegisterTest {

    private static final UUID BUCKET = new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
    private static final UUID ROW = new UUID(0x1112131415161718L, 0x191a1b1c1d1e1f20L);

    private final ObjectStorage bucket = memory();
    private final MetadataRegister rows = outside();

    @Nested
    class Contract extends MetadataRegisterContract {
        @Override
        protected MetadataRegister openRegister() {
            return bound(outside(), memory(), RegisterUse.STORE);
        }
    }

    @Nested
    class ContractInTheBucket extends MetadataRegisterContract {
        @Override
        protected MetadataRegister openRegister() {
            return new HeadObject(memory(), RegisterUse.STORE);
        }
    }

    @Test
    void nextOpenerReadsFirstOpenersStore() {
        create("head");

        assertThat(text(read(bound(rows, bucket, RegisterUse.STORE)))).isEqualTo("head");
        assertThat(text(read(bound(rows, bucket, RegisterUse.LOOK)))).isEqualTo("head");
    }

    @Test
    void emptyRegisterOverUsedBucketIsNotNewStore() {
        create("head");

        refused(() -> read(bound(outside(), bucket, RegisterUse.STORE)), "has no value", "rebuild");
        refused(() -> set(bound(outside(), bucket, RegisterUse.STORE), "other"), "has no value");
    }

    @Test
    void rowOfOtherStoreIsRefused() {
        create("head");
        MetadataRegister others = outside();
        set(bound(others, memory(), RegisterUse.STORE), "other");

        refused(() -> read(bound(others, bucket, RegisterUse.STORE)), "another store");
    }

    @Test
    void usedRegisterOverEmptyBucketIsRefusedWithoutWrites() {
        create("head");
        ObjectStorage empty = memory();

        refused(() -> read(bound(rows, empty, RegisterUse.STORE)), "not in this bucket");
        assertThat(empty.list("", "", 10).join()).isEmpty();
    }

    @Test
    void storeWithHeadInBucketIsNotOpenedWithRegister() {
        set(new HeadObject(bucket, RegisterUse.STORE), "head");

        refused(() -> read(bound(outside(), bucket, RegisterUse.STORE)), "open it without one");
    }

    @Test
    void storeWithRegisterIsNotOpenedWithoutRegister() {
        create("head");
        HeadObject own = new HeadObject(bucket, RegisterUse.STORE);

        refused(() -> read(own), "register is not set");
        refused(() -> own.readIfChanged("older").join(), "register is not set");
        assertThat(set(own, "other")).isEmpty();
    }

    @Test
    void objectsWithoutMetadataAreNotNewStore() {
        put(bucket, "data/ca/0-1-0");

        refused(() -> read(bound(rows, bucket, RegisterUse.STORE)), "data/ca/0-1-0", "rebuild");
        refused(() -> set(new HeadObject(bucket, RegisterUse.STORE), "x"), "data/ca/0-1-0", "rebuild");
        assertThat(read(bound(rows, bucket, RegisterUse.REBUILD))).isEmpty();
    }

    @Test
    void rebuildMayBeginOverObjects() {
        put(bucket, "data/ca/0-1-0");

        assertThat(set(bound(rows, bucket, RegisterUse.REBUILD), "rebuilt")).isPresent();
        assertThat(text(read(bound(rows, bucket, RegisterUse.STORE)))).isEqualTo("rebuilt");
    }

    @Test
    void inspectingToolWritesNothing() {
        assertThat(read(bound(rows, bucket, RegisterUse.LOOK))).isEmpty();

        assertThat(bucket.list("", "", 10).join()).isEmpty();
    }

    @Test
    void replacedRowStopsRunningNode() {
        MetadataRegister running = bound(rows, bucket, RegisterUse.STORE);
        set(running, "head");
        String version = rows.read().join().orElseThrow().version();
        rows.compareAndSet(Optional.of(version), new RowValue(BUCKET, ROW, new byte[1]).encode())
                .join();

        refused(() -> running.readIfChanged(version).join(), "replaced");
    }

    @Test
    void nextOpeningFinishesInterruptedFirstOpening() {
        // Stopped after the marker.
        assertThat(read(bound(rows, bucket, RegisterUse.STORE))).isEmpty();
        // Stopped after the row.
        UUID id = new StoreBucket(bucket)
                .look()
                .join()
                .orElseThrow()
                .marker()
                .orElseThrow()
                .bucket();
        rows.compareAndSet(Optional.empty(), new RowValue(id, ROW, bytes("half")).encode())
                .join();

        assertThat(text(read(bound(rows, bucket, RegisterUse.LOOK)))).isEqualTo("half");
        MetadataRegister next = bound(rows, bucket, RegisterUse.STORE);
        assertThat(text(read(next))).isEqualTo("half");
        refused(() -> read(bound(outside(), bucket, RegisterUse.STORE)), "has no value");
    }

    @Test
    void bytesOfVersionOneNeverChange() throws Exception {
        golden("marker-v1.hex", new Marker(BUCKET, Optional.of(ROW)).encode());
        golden("marker-unsealed-v1.hex", new Marker(BUCKET, Optional.empty()).encode());
        golden("row-v1.hex", new RowValue(BUCKET, ROW, bytes("the head")).encode());
    }

    @Test
    void garbageIsReportedAsCorruptedData() {
        for (byte[] whole : List.of(
                new Marker(BUCKET, Optional.of(ROW)).encode(), new RowValue(BUCKET, ROW, bytes("head")).encode())) {
            Random random = new Random(7);
            for (int i = 0; i < 2000; i++) {
                byte[] bytes = java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 1));
                if (bytes.length == whole.length) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
                }
                for (BiFunction<byte[], String, Object> decoder :
                        List.<BiFunction<byte[], String, Object>>of(Marker::decode, RowValue::decode)) {
                    assertThatThrownBy(() -> decoder.apply(bytes, "here"))
                            .isInstanceOf(CorruptedDataException.class)
                            .hasMessageContaining("here");
                }
            }
        }
    }

    private static void golden(String name, byte[] bytes) throws Exception {
        try (InputStream in = BoundRegisterTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
            assertThat(HexFormat.of().formatHex(bytes)).as(name).isEqualTo(hex);
        }
    }

    private void create(String head) {
        assertThat(set(bound(rows, bucket, RegisterUse.STORE), head)).isPresent();
    }

    private static MetadataRegister bound(MetadataRegister rows, ObjectStorage bucket, RegisterUse use) {
        return new BoundRegister(rows, new StoreBucket(bucket), use, UUID::randomUUID);
    }

    private static ObjectStorage memory() {
        return new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);
    }

    private static MetadataRegister outside() {
        return new StorageRegister(memory(), "row");
    }

    private static void put(ObjectStorage storage, String key) {
        storage.put(key, ObjectBody.of(new byte[1]), PutCondition.ALWAYS).join();
    }

    private static Optional<Versioned> read(MetadataRegister register) {
        return await(register.read());
    }

    private static Optional<String> set(MetadataRegister register, String text) {
        return await(register.compareAndSet(Optional.empty(), bytes(text)));
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.join();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Optional<Versioned> value) {
        return new String(value.orElseThrow().value(), StandardCharsets.UTF_8);
    }

    private static void refused(ThrowingCallable call, String... says) {
        assertThatThrownBy(call)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(says);
    }
}
