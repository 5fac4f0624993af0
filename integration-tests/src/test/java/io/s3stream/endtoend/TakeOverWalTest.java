package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A take-over finds the WAL of the dead node, locks it, and releases it after the commit. */
class TakeOverWalTest extends TakeOverNodes {

    /** Deleting a WAL of many files takes long, and callers that wait for the streams do not wait for that. */
    @Test
    void streamsAreAvailableBeforeWalIsDeleted() throws IOException {
        long end = dies(Stores.nfsWal(dir));
        FaultyWals wals = new FaultyWals();
        wals.holdReleases();
        StreamStore second = open(2, Stores.wal(dir), wals);

        assertThat(Stores.get(second.takeOver(1)).frames()).isPositive();

        Stream taken = Stores.own(second, "a");
        assertThat(taken.nextOffset()).isEqualTo(end);
        Stores.verify(taken, 0, LARGEST);
        assertThat(Stores.get(second.listNodes()).get(0).isOpen()).isTrue();
        CompletableFuture<TakeOverReport> again = second.takeOver(1);
        appendTo(List.of(taken), 5);
        assertThat(again).isNotDone();
        wals.letRelease();
        assertThat(Stores.get(again).frames())
                .as("the second take-over finds no frames")
                .isZero();
        await("release")
                .untilAsserted(
                        () -> assertThat(Stores.get(second.listNodes()).get(0).isOpen())
                                .isFalse());
    }

    @Test
    void closingTakerReleasesWalFirst() throws IOException {
        dies(Stores.nfsWal(dir));
        FaultyWals wals = new FaultyWals();
        wals.holdReleases();
        StreamStore second = open(2, Stores.wal(dir), wals);
        Stores.get(second.takeOver(1));

        CompletableFuture<Void> closed = second.close(Duration.ofSeconds(20));
        wals.letRelease();
        Stores.get(closed);

        open.remove(second);
        StreamStore again = open(2, Stores.wal(dir));
        assertThat(Stores.get(again.listNodes()).get(0).isOpen()).isFalse();
    }

    @Test
    void lockedWalIsFreeAfterTakeOver() {
        String wal = "block://" + dir.resolve("wal1") + "?capacity=8MiB&singleAttach=true";
        long end = dies(wal);
        FaultyWals wals = new FaultyWals();
        wals.holdReleases();
        StreamStore second = open(2, Stores.wal(dir), wals);
        CompletableFuture<TakeOverReport> takeOver = second.takeOver(1);
        await("commit").ignoreExceptions().until(() -> Stores.own(second, "a").nextOffset() == end);
        assertThat(takeOver).isNotDone();
        wals.letRelease();
        Stores.get(takeOver);

        assertThat(open(1, wal).wal()).hasToString(wal);
    }

    @Test
    void takeOverDoesNotJoinOneFromBeforeReopening() throws IOException {
        dies("block://" + dir.resolve("wal1") + "?capacity=8MiB&singleAttach=true");
        FaultyWals wals = new FaultyWals();
        wals.holdReleases();
        StreamStore second = open(2, Stores.wal(dir), wals);
        CompletableFuture<TakeOverReport> before = second.takeOver(1);
        await("commit").until(() -> Stores.get(second.listNodes()).get(0).openStreams() == 0);
        StreamStore first = open(1, Stores.nfsWal(dir));
        Stream stream = Stores.own(first, "a");
        appendTo(List.of(stream), 5);

        CompletableFuture<TakeOverReport> after = second.takeOver(1);
        wals.letRelease();

        assertThat(Stores.get(after).nodeEpoch())
                .isGreaterThan(Stores.get(before).nodeEpoch());
        assertThat(rootKind(Stores.failure(
                        () -> stream.append(Payloads.batch(0, 0, LARGEST)).durable())))
                .isEqualTo(Kind.FENCED);
        Stores.abandon(first);
        open.remove(first);
    }

    /** A node that appended to a stream and died. */
    private long dies(String wal) {
        StreamStore first = open(1, wal);
        Stream stream = Stores.own(first, "a");
        appendTo(List.of(stream), 50);
        Stores.abandon(first);
        open.remove(first);
        return stream.confirmOffset();
    }

    @Test
    void deadNodesExclusiveWalIsTakenOverAndRunningNodesWalNamesItsHolder() {
        String wal = "block://" + dir.resolve("wal1") + "?capacity=8MiB&singleAttach=true";
        StreamStore first = open(1, wal);
        Stream stream = Stores.own(first, "a");
        appendTo(List.of(stream), 50);
        StreamStore second = open(2, Stores.wal(dir));

        assertThat(Stores.failure(() -> second.takeOver(1)))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("wal1");
        appendTo(List.of(stream), 10);
        long end = stream.confirmOffset();

        Stores.abandon(first);
        open.remove(first);
        assertThat(Stores.get(second.takeOver(1)).streams()).isEqualTo(1);
        Stream taken = Stores.own(second, "a");
        assertThat(taken.nextOffset()).isEqualTo(end);
        Stores.verify(taken, 0, LARGEST);
    }

    @Test
    void walAtNewPlaceIsGivenWithCall() throws IOException {
        Path then = dir.resolve("then");
        StreamStore first = open(1, "block://" + then + "?capacity=8MiB&singleAttach=true");
        appendTo(List.of(Stores.own(first, "a")), 50);
        Stores.abandon(first);
        open.remove(first);
        Path now = dir.resolve("now");
        Files.move(then, now);
        StreamStore second = open(2, Stores.wal(dir));

        assertThat(Stores.failure(() -> second.takeOver(1)).getMessage()).contains("then");
        URI uri = URI.create("block://" + now + "?capacity=8MiB&singleAttach=true");
        assertThat(Stores.get(second.takeOver(1, TakeOverOptions.defaults().walUris(List.of(uri))))
                        .frames())
                .isPositive();

        Stores.verify(Stores.own(second, "a"), 0, LARGEST);
    }

    /** A record in the metadata is data: its writer does not decide which address this process connects to. */
    @Test
    void walOutsideTakersConfigurationIsUsedOnlyIfGiven() throws IOException {
        Path elsewhere = Files.createDirectories(dir.resolve("elsewhere"));
        String wal = Stores.nfsWal(elsewhere);
        long end = dies(wal);
        StreamStore second = open(2, Stores.storeWal());

        assertThat(Stores.failure(() -> second.takeOver(1)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(wal)
                .hasMessageContaining("--wal-at");
        assertThat(Stores.get(second.takeOver(1, TakeOverOptions.defaults().walUris(List.of(URI.create(wal)))))
                        .frames())
                .isPositive();
        assertThat(Stores.own(second, "a").nextOffset()).isEqualTo(end);
    }

    /** As the node itself, a process finds the WAL by a path that was configured, or switched to, before. */
    @Test
    void nodeFindsWalOfPreviousConfiguration() throws IOException {
        Path elsewhere = Files.createDirectories(dir.resolve("elsewhere"));
        long end = dies(Stores.nfsWal(elsewhere));
        StreamStore again = open(1, Stores.storeWal());
        assertThat(Stores.own(again, "a").nextOffset()).isEqualTo(end);
    }
}
