package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest {

    @TempDir
    Path dir;

    @Test
    void appendsAreReadBackFromWriteCache() {
        try (StreamStore store = open()) {
            Stream stream = newStream(store, "a");
            List<AppendResult> results = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                results.add(stream.append(RecordBatch.of("record " + i, 1)));
            }
            results.forEach(result -> result.durable().join());
            assertThat(stream.confirmOffset()).isEqualTo(1000);
            assertThat(readAll(stream)).hasSize(1000).startsWith("record 0").endsWith("record 999");
        }
    }

    @Test
    void acknowledgedRecordsSurviveOrderlyClose() {
        try (StreamStore store = open()) {
            Stream stream = newStream(store, "a");
            for (int i = 0; i < 1000; i++) {
                stream.append(RecordBatch.of("record " + i, 1));
            }
        }
        try (StreamStore store = open()) {
            Stream stream = reopen(store, "a");
            assertThat(readAll(stream)).hasSize(1000).startsWith("record 0").endsWith("record 999");
            stream.append(RecordBatch.of("one more", 1)).durable().join();
            assertThat(readAll(stream)).hasSize(1001).endsWith("one more");
            stream.trim(500).join();
            assertThat(readAll(stream)).hasSize(501).startsWith("record 500");
            assertThatThrownBy(() ->
                            stream.fetch(499, 600, 100, FetchOptions.NO_WAIT).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test
    void longPollIsAnsweredByNextAppend() {
        try (StreamStore store = open()) {
            Stream stream = newStream(store, "a");
            var fetch = stream.fetch(0, Long.MAX_VALUE, 1024, FetchOptions.longPoll(Duration.ofSeconds(30)));
            assertThat(fetch).isNotDone();
            stream.append(RecordBatch.of("hello", 1));
            try (FetchResult result = fetch.join()) {
                assertThat(result.batches()).hasSize(1);
            }
        }
    }

    @Test
    void batchOneByteTooLargeIsRefusedWithLimit() {
        try (StreamStore store = open()) {
            Stream stream = newStream(store, "a");
            int limit = stream.maxAppendBytes();
            assertThatThrownBy(() -> stream.append(RecordBatch.of(new byte[limit + 1], 1)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining(String.valueOf(limit));
            stream.append(RecordBatch.of(new byte[limit], 1)).durable().join();
            try (FetchResult result =
                    stream.fetch(0, 1, 1, FetchOptions.NO_WAIT).join()) {
                assertThat(result.batches().get(0).payload().remaining()).isEqualTo(limit);
            }
        }
    }

    @Test
    void batchKeepsItsBytesWhenBufferPositionMoves() {
        try (StreamStore store = open()) {
            Stream stream = newStream(store, "a");
            ByteBuffer payload = ByteBuffer.wrap("unmoved".getBytes(StandardCharsets.UTF_8));
            List<AppendResult> results = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                payload.rewind();
                results.add(stream.append(RecordBatch.of(payload, 1)));
                payload.position(payload.limit());
            }
            results.forEach(result -> result.durable().join());
            assertThat(readAll(stream)).hasSize(1000).containsOnly("unmoved");
        }
    }

    @Test
    void batchOf64MiBWorksByDefault() {
        try (StreamStore store = StreamStore.builder()
                .storage(dir.resolve("objects").toUri())
                .wal("block://" + dir.resolve("default-wal"))
                .open()) {
            Stream stream = newStream(store, "large");
            assertThat(stream.maxAppendBytes()).isEqualTo(64 << 20);
            byte[] payload = new byte[64 << 20];
            payload[payload.length - 1] = 7;
            stream.append(RecordBatch.of(payload, 1)).durable().join();
            stream.flush().join();
            try (FetchResult result =
                    stream.fetch(0, 1, 1, FetchOptions.NO_WAIT).join()) {
                assertThat(result.batches().get(0).payload().get(payload.length - 1))
                        .isEqualTo((byte) 7);
            }
        }
    }

    private StreamStore open() {
        return StreamStore.builder()
                .storage(dir.resolve("objects").toUri())
                .wal("block://" + dir.resolve("wal") + "?capacity=64MiB")
                .config(StoreConfig.builder().uploadThresholdBytes(16 << 10).build())
                .open();
    }

    private static Stream newStream(StreamStore store, String name) {
        long id = store.createStream(CreateOptions.named(name)).join();
        return store.openStream(id, OpenOptions.owner()).join();
    }

    private static Stream reopen(StreamStore store, String name) {
        long id = store.findStream(name).join().orElseThrow().id();
        return store.openStream(id, OpenOptions.owner()).join();
    }

    private static List<String> readAll(Stream stream) {
        List<String> lines = new ArrayList<>();
        long next = stream.startOffset();
        while (next < stream.confirmOffset()) {
            try (FetchResult result = stream.fetch(next, Long.MAX_VALUE, 4096, FetchOptions.NO_WAIT)
                    .join()) {
                result.batches()
                        .forEach(batch -> lines.add(
                                StandardCharsets.UTF_8.decode(batch.payload()).toString()));
                next = result.nextOffset();
            }
        }
        return lines;
    }
}
