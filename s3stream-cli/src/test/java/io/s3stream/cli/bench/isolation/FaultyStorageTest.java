package io.s3stream.cli.bench.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.StorageException;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultyStorageTest {

    private static final ObjectBody BODY = ObjectBody.of(new byte[100]);
    private static final String DATA = "data/00/0-1-1";
    private static final String HEAD = "meta/head";

    private final FaultyStorage storage = new FaultyStorage(new Accepting());

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void refusesEveryRequestOfDataObjectsAndNoOther() {
        MultipartUpload begun = Futures.await(storage.createMultipart(DATA));
        storage.refuse(true);
        List<CompletableFuture<?>> requests = List.of(
                storage.put(DATA, BODY, PutCondition.ALWAYS),
                storage.get(DATA, ByteRange.WHOLE),
                storage.getIfChanged(DATA, "v"),
                storage.head(DATA),
                storage.list("data/", "", 10),
                storage.delete(List.of(HEAD, DATA)),
                storage.createMultipart(DATA),
                begun.part(1, BODY),
                begun.copyPart(1, DATA, 0, 10),
                begun.complete(),
                storage.listMultiparts("data/"));
        assertThat(requests)
                .allSatisfy(request -> assertThatExceptionOfType(StorageException.class)
                        .isThrownBy(() -> Futures.await(request))
                        .withMessageContaining("503 SlowDown"));
        assertThat(storage.refused()).isEqualTo(requests.size());
        assertThat(storage.put(HEAD, BODY, PutCondition.ALWAYS)).isCompleted();
        assertThat(storage.dataPuts()).isZero();
        storage.refuse(false);
        assertThat(storage.put(DATA, BODY, PutCondition.ALWAYS)).isCompleted();
        assertThat(storage.dataBytes()).isEqualTo(100);
    }

    @Test
    void delaysPutsOfDataAndMetadataButNotOfWal() {
        storage.delayPuts(Duration.ofHours(1));
        assertThat(storage.put("wal/0/1", BODY, PutCondition.ALWAYS)).isCompleted();
        assertThat(storage.get(DATA, ByteRange.WHOLE)).isCompleted();
        assertThat(storage.put(DATA, BODY, PutCondition.ALWAYS)).isNotDone();
        assertThat(storage.put(HEAD, BODY, PutCondition.ALWAYS)).isNotDone();
        assertThat(storage.delayed()).isZero();
        storage.delayPuts(Duration.ofMillis(1));
        Futures.await(storage.put(DATA, BODY, PutCondition.ALWAYS));
        assertThat(storage.delayed()).isEqualTo(1);
        assertThat(storage.dataPuts()).isEqualTo(1);
    }

    @Test
    void checkpointIsNearAfterSixteenSegmentsWithQuarterOfItsBytes() {
        Futures.await(storage.put("meta/checkpoint/1", ObjectBody.of(new byte[100 * 16 * 4 + 4]), PutCondition.ALWAYS));
        assertThat(storage.checkpoints()).isEqualTo(1);
        for (int i = 0; i < 16; i++) {
            assertThat(storage.isCheckpointNear()).isFalse();
            Futures.await(storage.put("meta/segment/" + i, BODY, PutCondition.ALWAYS));
        }
        assertThat(storage.isCheckpointNear()).as("one byte is missing").isFalse();
        Futures.await(storage.put("meta/segment/16", BODY, PutCondition.ALWAYS));
        assertThat(storage.isCheckpointNear()).isTrue();
        Futures.await(storage.put("meta/checkpoint/2", BODY, PutCondition.ALWAYS));
        assertThat(storage.isCheckpointNear()).isFalse();
    }

    /** Accepts every request at once and stores nothing. */
    private static final class Accepting implements ObjectStorage {

        @Override
        public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
            return CompletableFuture.completedFuture(Optional.of("v"));
        }

        @Override
        public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
            return CompletableFuture.completedFuture(new ConditionalContent.Missing());
        }

        @Override
        public CompletableFuture<Optional<ObjectSummary>> head(String key) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
            return CompletableFuture.completedFuture(Map.of());
        }

        @Override
        public CompletableFuture<MultipartUpload> createMultipart(String key) {
            return CompletableFuture.completedFuture(new MultipartUpload() {
                @Override
                public CompletableFuture<Void> part(int number, ObjectBody body) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public CompletableFuture<String> complete() {
                    return CompletableFuture.completedFuture("v");
                }

                @Override
                public CompletableFuture<Void> abort() {
                    return CompletableFuture.completedFuture(null);
                }
            });
        }

        @Override
        public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }
}
