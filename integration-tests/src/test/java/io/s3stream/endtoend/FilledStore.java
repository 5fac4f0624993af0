package io.s3stream.endtoend;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A store in memory with a few streams of several ranges each, for tests that damage it. */
abstract class FilledStore {

    static final int STREAMS = 3;
    static final int BATCHES = 80;
    static final int LARGEST = 20_000;

    @TempDir
    Path dir;

    final ObjectStorage storage = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);

    List<DescribedStream> fill() {
        try (StreamStore store = Stores.open(builder(storage))) {
            for (int i = 0; i < STREAMS; i++) {
                Stream stream = Stores.own(store, "s" + i);
                for (int batch = 0; batch < BATCHES; batch++) {
                    stream.append(Payloads.batch(i, stream.nextOffset(), LARGEST));
                    if (batch % 20 == 0) {
                        Stores.get(stream.flush()); // so that there are several ranges, at any timing
                    }
                }
                Stores.get(stream.flush());
            }
            return DescribedStream.all(store, "s");
        }
    }

    StreamStoreBuilder builder(ObjectStorage objects) {
        return StreamStore.builder().storage(objects).wal(Stores.wal(dir)).config(Stores.small());
    }

    VerifyReport verify(VerifyOptions options) {
        return verify(storage, options);
    }

    static VerifyReport verify(ObjectStorage objects, VerifyOptions options) {
        return Stores.get(StreamStore.builder().storage(objects).verify(options));
    }

    List<String> keys() {
        return Stores.get(storage.list("data/", "", 1000)).stream()
                .map(ObjectSummary::key)
                .toList();
    }

    byte[] bytes(String key) {
        try (ObjectContent content =
                Stores.get(storage.get(key, ByteRange.WHOLE)).orElseThrow()) {
            return ByteBufUtil.getBytes(content.data());
        }
    }

    void flip(String key, long at) {
        byte[] bytes = bytes(key);
        bytes[Math.toIntExact(at)] ^= 1;
        put(key, bytes);
    }

    void put(String key, byte[] bytes) {
        Stores.get(storage.put(key, ObjectBody.of(bytes), PutCondition.ALWAYS));
    }
}
