package io.s3stream.wal.s3.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.wal.s3.Mutants;
import io.s3stream.wal.s3.S3WalRules;
import io.s3stream.wal.s3.TestProcess;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A prefix of another bucket belongs to one store. [R40] */
class StoreMarkTest {

    private static final String OTHER_BUCKET = "s3://other/prefix?linger=0ms";

    private final MemoryObjectStorage storage = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);

    @AfterEach
    void close() {
        storage.close();
    }

    private TestProcess attach(String uri, long store, S3WalRules rules) {
        return new TestProcess(storage, rules, uri, new UUID(0, store));
    }

    @Test
    void otherStoreIsRefusedPrefix_R40() {
        attach(OTHER_BUCKET, 1, new S3WalRules()).close();
        attach(OTHER_BUCKET, 1, new S3WalRules()).close();
        assertThatThrownBy(() -> attach(OTHER_BUCKET, 2, new S3WalRules()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(new UUID(0, 1).toString(), new UUID(0, 2).toString(), "prefix of its own");
    }

    @Test
    void twoStoresShareKeysWithoutRule_R40() {
        try (TestProcess one =
                        attach(OTHER_BUCKET, 1, Mutants.SERVES_ANY_STORE.rules).begin(TestProcess.EPOCH, 1);
                TestProcess other = attach(OTHER_BUCKET, 2, Mutants.SERVES_ANY_STORE.rules)) {
            assertThat(other.storage.head(one.keys().opening()).join()).isPresent();
        }
    }

    @Test
    void storesOwnBucketIsNotMarked() {
        attach("store:/", 1, new S3WalRules()).close();
        assertThat(storage.head(StoreMark.KEY).join()).isEmpty();
    }

    @Test
    void markHasTheseBytes() {
        assertThat(HexFormat.of().formatHex(StoreMark.encode(new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L))))
                .startsWith("5333574d" + "00000001" + "0102030405060708" + "090a0b0c0d0e0f10" + "00000000")
                .hasSize(64);
    }
}
