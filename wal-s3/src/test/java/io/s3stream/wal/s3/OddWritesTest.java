package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.testkit.wal.WalSession;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames whose put is never answered, or refused although the key is free, are written nevertheless. [R44] */
@Timeout(60)
class OddWritesTest {

    private static final String URI = "store:/?linger=0ms&timeout=1s";

    private final MemoryObjectStorage storage = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);

    @Test
    void singleUnansweredFrameDoesNotEndWal() {
        try (TestProcess process = new TestProcess(storage, new S3WalRules(), URI).begin(TestProcess.EPOCH, 1)) {
            WalSession.get(process.append(100));
            AtomicInteger silent = new AtomicInteger(1);
            process.storage.hold(key -> key.startsWith("wal/") && silent.getAndDecrement() > 0);
            var append = process.append(100);
            WalSession.get(process.append(200));
            WalSession.get(append);
            assertThat(process.storage.held()).isEqualTo(1);
            process.storage.hold(false); // the held put arrives after all, and finds the frame there
            WalSession.get(process.append(100));
        }
    }

    @Test
    void frameRefusedOnFreeKeyIsWritten() {
        try (TestProcess process = new TestProcess(storage, new S3WalRules(), URI).begin(TestProcess.EPOCH, 1)) {
            WalSession.get(process.append(100));
            process.storage.falseRefusals.set(3);
            WalSession.get(process.append(100));
            assertThat(process.storage.falseRefusals).hasValueLessThanOrEqualTo(0);
            WalSession.get(process.append(100));
        }
    }
}
