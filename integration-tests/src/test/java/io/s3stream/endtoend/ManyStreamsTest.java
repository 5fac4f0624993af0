package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamRange;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StoreClosedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls for many streams: few commits, few objects. */
class ManyStreamsTest {

    private static final int STREAMS = 3_000;
    private static final int LARGEST = 200;

    @TempDir
    Path dir;

    @Test
    void manyStreamsMoveToOtherNodeInFewCommitsAndObjects() {
        try (StreamStore first = Stores.open(Stores.in(dir).nodeId(1));
                StreamStore second = Stores.open(Stores.in(dir).nodeId(2).wal(Stores.storeWal()))) {
            List<Long> ids = Stores.get(first.createStreams(IntStream.range(0, STREAMS)
                    .mapToObj(i -> CreateOptions.named("s" + i))
                    .toList()));
            assertThat(ids).doesNotHaveDuplicates().hasSize(STREAMS);
            long before = first.stats().storageWrites();
            List<Stream> opened = Stores.get(first.openStreams(ids, OpenOptions.owner()));
            assertThat(first.stats().storageWrites() - before).isLessThan(STREAMS / 20);
            List<CompletableFuture<?>> durable = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                durable.add(opened.get(i).append(Payloads.batch(i, 0, LARGEST)).durable());
            }
            durable.forEach(Stores::get);

            Stores.get(first.closeStreams(opened));

            assertThat(Stores.failure(() -> opened.get(0).append(Payloads.batch(0, 0, 1))))
                    .isInstanceOf(StoreClosedException.class);
            List<Stream> moved = Stores.get(second.openStreams(ids, OpenOptions.owner()));
            for (int i = 0; i < STREAMS; i++) {
                assertThat(moved.get(i).id()).isEqualTo(ids.get(i));
                Stores.verify(moved.get(i), i, LARGEST);
            }
            Set<String> objects = DescribedStream.all(second, "s").stream()
                    .flatMap(stream -> stream.ranges().stream())
                    .map(StreamRange::object)
                    .collect(Collectors.toSet());
            assertThat(objects).hasSizeLessThan(STREAMS / 20);
        }
    }

    /** With 48 000 streams, four callers in a loop delayed each acknowledgement by 0.4 s. */
    @Test
    void callbackThreadDoesNotMakeLists_R45() {
        try (StreamStore store = Stores.open(Stores.in(dir).nodeId(1))) {
            Stores.get(store.listStreams("", 0, 100));
            Stores.get(store.listNodes());
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .contains("s3stream-1-list");
        }
    }

    @Test
    void refusedStreamPreventsOpeningOfAll() {
        try (StreamStore first = Stores.open(Stores.in(dir).nodeId(1));
                StreamStore second = Stores.open(Stores.in(dir).nodeId(2).wal(Stores.storeWal()))) {
            List<Long> ids = Stores.get(first.createStreams(
                    List.of(CreateOptions.unnamed(), CreateOptions.unnamed(), CreateOptions.unnamed())));
            Stream taken = Stores.get(first.openStream(ids.get(1), OpenOptions.owner()));
            assertThat(Stores.failure(() -> second.openStreams(ids, OpenOptions.owner())))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("node 1");
            Stores.get(taken.close());
            assertThat(Stores.get(first.openStreams(ids, OpenOptions.owner()))).hasSize(3);
        }
    }
}
