package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** [R18]: a stream is trimmed past its uploaded part. The rest of it is in the WAL only. */
class TrimAheadTest {

    private static final int LARGEST = 2000;

    @TempDir
    Path dir;

    /** A position that cuts a later upload in its middle, and the very end, so that the stream is empty. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void crashedStreamContinuesAtItsEndWithoutTrimmedRecords_R18(boolean all) {
        StreamStore first = Stores.open(rarelyUploading());
        Stream stream = Stores.own(first, "a");
        append(stream, 10);
        Stores.get(stream.flush());
        long committed = stream.confirmOffset();
        append(stream, 20);
        long kept = stream.nextOffset();
        append(stream, 20);
        long end = stream.confirmOffset();
        long start = all ? end : kept;

        Stores.get(stream.trim(start));

        assertThat(Stores.get(first.describeStream(stream.id())).orElseThrow().committedEnd())
                .isEqualTo(committed);
        Stores.abandon(first);

        StreamStore second = Stores.open(rarelyUploading());
        Stream again = Stores.own(second, "a");
        assertThat(again.startOffset()).isEqualTo(start);
        assertThat(again.nextOffset()).as("offsets continue").isEqualTo(end);
        append(again, 5);
        Stores.verify(again, 0, LARGEST);
        assertThat(Stores.failure(() -> again.fetch(start - 1, end, 1000, FetchOptions.NO_WAIT)))
                .isInstanceOf(OffsetOutOfRangeException.class);
        Stores.close(second);
        Stores.verifyDeep(Stores.objects(dir));
    }

    @Test
    void uploadOvertakenByTrimIsCommitted_R18() {
        StreamStore store = Stores.open(rarelyUploading());
        Stream stream = Stores.own(store, "a");
        append(stream, 30);
        Stores.get(stream.trim(stream.confirmOffset()));
        append(stream, 30);
        Stores.get(stream.trim(stream.confirmOffset() - 1));

        Stores.get(stream.flush());

        assertThat(Stores.get(store.describeStream(stream.id())).orElseThrow().committedEnd())
                .isEqualTo(stream.confirmOffset());
        append(stream, 1);
        Stores.get(stream.close());
        Stores.close(store);
        Stores.verifyDeep(Stores.objects(dir));
    }

    private StreamStoreBuilder rarelyUploading() {
        return Stores.in(dir)
                .config(Stores.smallSizes()
                        .uploadThresholdBytes(1 << 20)
                        .uploadInterval(Duration.ofHours(1))
                        .build());
    }

    private static void append(Stream stream, int batches) {
        CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
        for (int i = 0; i < batches; i++) {
            last = stream.append(Payloads.batch(0, stream.nextOffset(), LARGEST))
                    .durable();
        }
        Stores.get(last);
    }
}
