package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.Outage;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreListener;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.core.CoreStoreProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Openings, take-overs and switches with a medium that never answers one of their calls. */
@Timeout(120)
class SilentMediumTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir
    Path dir;

    private final FaultyWals wals = new FaultyWals();
    private final Heard heard = new Heard();

    @AfterEach
    void memoryIsReturned() {
        wals.letAnswer();
        wals.letRelease();
        await("slabs are returned").until(() -> wals.slabsOut() == 0);
        WatchedParts.awaitNoThreads();
    }

    private StreamStoreBuilder options(int node, String wal) {
        return Stores.in(dir)
                .nodeId(node)
                .wal(wal)
                .listener(heard)
                .config(Stores.smallSizes().walTimeout(SHORT).build());
    }

    private CompletableFuture<StreamStore> open(StreamStoreBuilder builder) {
        return new CoreStoreProvider(wals).open(builder);
    }

    private String wal(String name) throws IOException {
        return "nfs://" + Files.createDirectories(dir.resolve(name)) + "?capacity=8MiB&segment=1MiB";
    }

    private static void append(Stream stream) {
        Stores.get(stream.append(RecordBatch.of(new byte[100], 1)).durable());
    }

    @Test
    void openingNamesSilentMediumAndContinuesAfterItsAnswer() throws Exception {
        for (String kind : List.of("attach", "prepare")) {
            if (kind.equals("attach")) {
                wals.hangAttach("hung");
            } else {
                wals.hangPrepare("hung");
            }
            CompletableFuture<StreamStore> opening = open(options(0, wal("hung")));
            heard.await("unreachable wal=" + wal("hung") + " (" + kind + ")");
            assertThat(opening).isNotDone();
            wals.letAnswer();
            StreamStore store = Stores.get(opening);
            heard.await("reachable wal=" + wal("hung") + " (" + kind + ")");
            append(Stores.own(store, kind));
            Stores.close(store);
        }
    }

    @Test
    void openingNamesSilentFallback() throws Exception {
        wals.hangAttach("fallback");
        CompletableFuture<StreamStore> opening = open(options(0, wal("first")).walFallback(wal("fallback")));
        heard.await("unreachable wal=" + wal("fallback") + " (attach)");
        wals.letAnswer();
        Stores.close(Stores.get(opening));
    }

    /** The node has left the medium, and all its data is uploaded. */
    @Test
    void unneededSilentMediumDoesNotPreventOpening() throws Exception {
        StreamStore store = Stores.get(open(options(0, wal("left"))));
        Stream stream = Stores.own(store, "a");
        append(stream);
        wals.holdReleases();
        CompletableFuture<Void> left = store.switchWal(URI.create(wal("next")));
        Stores.get(left);
        append(stream);
        Stores.abandon(store);

        wals.hangAttach("left");
        StreamStore again = Stores.get(open(options(0, wal("next"))));
        assertThat(Stores.own(again, "a").confirmOffset()).isEqualTo(2);
        assertThat(Stores.get(again.listNodes()).get(0).isOpen()).isTrue();
        wals.letRelease();
        Stores.close(again);
    }

    @Test
    void closeDoesNotWaitForReleaseOfLeftMedium() throws Exception {
        StreamStore store = Stores.get(open(options(0, wal("left"))));
        append(Stores.own(store, "a"));
        wals.holdReleases("left");
        Stores.get(store.switchWal(URI.create(wal("next"))));
        append(Stores.own(store, "b"));
        Stores.get(store.close(Duration.ofSeconds(60)));

        StreamStore other = Stores.get(open(options(1, wal("other"))));
        assertThat(Stores.own(other, "a").confirmOffset())
                .as("the stream was closed in order")
                .isEqualTo(1);
        Stores.close(other);
    }

    @Test
    void rejectedMediumWithHangingReleaseEndsSwitchAndFallbackWorks() throws Exception {
        StreamStore store = Stores.get(open(options(0, wal("first")).walFallback(wal("fallback"))));
        Stream stream = Stores.own(store, "a");
        append(stream);
        wals.holdReleases("small");
        URI small =
                URI.create("nfs://" + Files.createDirectories(dir.resolve("small")) + "?capacity=256KiB&segment=64KiB");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Stores.get(store.switchWal(small)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("takes frames of");
        }
        CompletableFuture<Void> refused = store.switchWal(small);
        wals.fail("/first?");
        append(stream);
        append(stream);
        assertThat(store.wal().getPath()).endsWith("/fallback");
        assertThatThrownBy(() -> Stores.get(refused))
                .isInstanceOfAny(InvalidRequestException.class, StorageException.class);
        wals.heal();
        Stores.close(store);
    }

    @Test
    void takeOverHasDeadlineAndMayBeRepeated() throws Exception {
        StreamStore victim = Stores.get(open(options(1, wal("taken"))));
        append(Stores.own(victim, "a"));
        Stores.abandon(victim);
        StreamStore taker = Stores.get(open(options(2, wal("taker"))));
        wals.hangAttach("taken");
        List<URI> known = List.of(URI.create(wal("taken")));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Stores.get(
                            taker.takeOver(1, TakeOverOptions.defaults().walUris(known))))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("(attach): has not answered for PT2S")
                    .hasMessageContaining("may be tried again");
        }
        heard.await("unreachable wal=" + wal("taken") + " (attach)");
        wals.letAnswer();
        Stores.get(taker.takeOver(1, TakeOverOptions.defaults().walUris(known)));
        assertThat(Stores.own(taker, "a").confirmOffset()).isEqualTo(1);
        Stores.close(taker);
    }

    /** A store's reports of silent media. */
    private static final class Heard implements StoreListener {

        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void unreachable(Outage outage) {
            events.add("unreachable " + outage.resource());
        }

        @Override
        public void reachable(Outage outage) {
            events.add("reachable " + outage.resource());
        }

        void await(String event) {
            org.awaitility.Awaitility.await(event).until(() -> events.contains(event));
        }
    }
}
