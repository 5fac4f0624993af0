package io.s3stream.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.ObjectStorageContract;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The decorator counts and changes nothing else. */
class MeteredObjectStorageTest extends ObjectStorageContract {

    @Override
    protected ObjectStorage openStorage(ByteBufAllocator allocator) {
        return new MeteredObjectStorage(new MemoryObjectStorage(allocator));
    }

    @Test
    void requestsAndBytesAreCounted() {
        var metered = new MeteredObjectStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));
        await(metered.put("k", ObjectBody.of(new byte[100]), PutCondition.ALWAYS));
        await(metered.put("k", ObjectBody.of(new byte[100]), PutCondition.IF_ABSENT));
        var upload = await(metered.createMultipart("p"));
        await(upload.part(1, ObjectBody.of(new byte[10])));
        await(upload.copyPart(2, "k", 0, 50));
        await(upload.complete());
        assertThat(metered.counters()).isEqualTo(new StorageCounters(0, 6, 0, 110));

        take(await(metered.get("k", ByteRange.suffix(30))).orElseThrow());
        await(metered.getIfChanged("none", "v"));
        await(metered.head("k"));
        await(metered.list("", "", 10));
        assertThat(metered.counters()).isEqualTo(new StorageCounters(4, 6, 30, 110));

        await(metered.delete(Collections.nCopies(1001, "k")));
        await(metered.delete(List.of()));
        assertThat(metered.counters()).isEqualTo(new StorageCounters(4, 8, 30, 110));
    }
}
