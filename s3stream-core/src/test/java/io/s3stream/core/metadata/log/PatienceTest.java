package io.s3stream.core.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.Outage;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.core.events.OutageListener;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.log.TestStore.Fate;
import io.s3stream.core.metrics.StoreMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client waits while storage or register is unreachable, and a single odd answer is never final [R44, R45]. */
class PatienceTest {

    private static final Duration GIVE_UP = MetadataSettings.DEFAULT.patience().giveUpAfter();

    /** A limit, so that a client which only refreshes fails the test instead of running forever. */
    private static final int MAX_REFRESHES = 5000;

    private final TestRuntime runtime = new TestRuntime(1);
    private final TestStore store = new TestStore(runtime);
    private final List<Outage> began = new ArrayList<>();
    private final List<Outage> ended = new ArrayList<>();

    private CompletableFuture<MetadataClient> opening() {
        OutageListener listener = new OutageListener() {
            @Override
            public void began(Outage outage) {
                began.add(outage);
            }

            @Override
            public void ended(Outage outage) {
                ended.add(outage);
            }
        };
        MetadataSettings settings =
                new MetadataSettings(8 << 10, 300, 2, Duration.ofSeconds(60), MetadataSettings.DEFAULT.patience());
        return MetadataClients.open(
                runtime,
                store.storage(),
                store.register(),
                settings,
                MetadataRules.usual(),
                StoreMetrics.none().metadata(),
                listener);
    }

    private MetadataClient open() {
        return runtime.await(opening());
    }

    private MetadataClient registered() {
        MetadataClient client = open();
        runtime.await(client.submit(register()));
        return client;
    }

    private static Command register() {
        return new Command.RegisterNode(1, new UUID(1, 1), List.of());
    }

    private static Command create(String name) {
        return new Command.CreateStream(1, 1, name, Map.of());
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "REFUSED", "SILENT"})
    void eightHoursUnreachableLoseNothingAndAreReported_R44(Fate trouble) {
        MetadataClient client = registered();
        store.always = trouble;
        long begin = runtime.nanoTime();
        List<CompletableFuture<Accepted>> answers = new ArrayList<>();
        for (int hour = 0; hour < 8; hour++) {
            answers.add(client.submit(create("hour" + hour)));
            runtime.runFor(Duration.ofHours(1));
        }
        assertThat(client.stopped()).isNotDone();
        assertThat(began).isNotEmpty();
        assertThat(began.get(0).resource()).contains("metadata");
        assertThat(began.get(0).lasted()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(25));
        assertThat(began.get(0).since().toEpochMilli()).isCloseTo(begin / 1_000_000, within(60_000));
        assertThat(ended).isEmpty();
        store.always = Fate.FINE;
        assertThat(answers.stream().map(runtime::await).map(Accepted::value).distinct())
                .hasSize(8);
        assertThat(ended).hasSameSizeAs(began);
        assertThat(ended.get(0).lasted()).isGreaterThan(Duration.ofHours(7));
        assertThat(open().view().streams("hour")).hasSize(8);
        runtime.runFor(Duration.ofHours(1));
        assertThat(runtime.pending()).isZero();
    }

    private static org.assertj.core.data.Offset<Long> within(long millis) {
        return org.assertj.core.data.Offset.offset(millis);
    }

    @Test
    void unansweredCompareAndSetIsRecognised_R44() {
        MetadataClient client = registered();
        store.casFates.add(Fate.SILENT);
        var answer = client.submit(create("a"));
        var next = client.submit(create("b"));
        assertThat(runtime.await(answer).value()).isEqualTo(1);
        assertThat(runtime.await(next).value()).isEqualTo(2);
        assertThat(runtime.nanoTime()).isLessThan(Duration.ofMinutes(1).toNanos());
        assertThat(open().view().streams("")).hasSize(2);
    }

    @Test
    void refreshFailsInTimeAndNextOneSucceeds() {
        MetadataClient client = registered();
        store.always = Fate.FAILS;
        var refreshed = client.refresh();
        runtime.runFor(GIVE_UP.plusSeconds(1));
        assertThatThrownBy(() -> runtime.await(refreshed)).isInstanceOf(StorageException.class);
        store.always = Fate.FINE;
        runtime.await(client.refresh());
        runtime.await(client.submit(create("a")));
    }

    @Test
    void closeDuringOutageFailsPendingCallsAtOnce() {
        MetadataClient client = registered();
        store.always = Fate.SILENT;
        var answer = client.submit(create("a"));
        runtime.runFor(Duration.ofMinutes(3));
        client.close();
        runtime.runFor(Duration.ofMillis(1));
        assertThat(answer).isCompletedExceptionally();
        assertThat(runtime.pending()).isZero();
    }

    @Test
    void refusalFromStartFailsWithinSecondsAndIsNamed_R44() {
        store.always = Fate.REFUSED;
        assertThatThrownBy(this::open)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no permission for read");
        assertThat(runtime.nanoTime()).isLessThan(Duration.ofSeconds(10).toNanos());
        store.always = Fate.FINE;
        MetadataClient client = open();
        for (int i = 0; i < 1000; i++) {
            store.casFates.add(Fate.REFUSED);
        }
        assertThatThrownBy(() -> runtime.await(client.submit(register())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no permission for cas");
        assertThat(runtime.nanoTime()).isLessThan(Duration.ofSeconds(20).toNanos());
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "REFUSED", "DAMAGED", "MISSING", "SILENT"})
    void oddAnswerToFirstRequestOfOpeningIsNotFinal_R44(Fate odd) {
        runtime.await(registered().submit(create("a")));
        store.readFates.add(odd);
        assertThat(open().view().streams("a")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "REFUSED", "DAMAGED", "SILENT"})
    void oddAnswerToRunningClientIsNotFinal_R44(Fate odd) {
        MetadataClient client = registered();
        MetadataClient other = open();
        for (int i = 0; i < 40; i++) {
            runtime.await(client.submit(create("a" + i)));
            store.readFates.add(odd);
            runtime.await(other.refresh());
            assertThat(other.view().streams("a")).hasSize(i + 1);
        }
        assertThat(other.stopped()).isNotDone();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "REFUSED", "DAMAGED", "MISSING", "SILENT"})
    void oddAnswerToObjectReadIsNotFinal_R44(Fate odd) {
        MetadataClient client = registered();
        for (int i = 0; i < 200; i++) {
            runtime.await(client.submit(create("a" + i)));
        }
        int objects = HeadCodec.decode(store.head(), "test").keys().size();
        assertThat(objects).isGreaterThan(1);
        for (int i = 0; i < objects; i++) {
            for (int before = 0; before < i; before++) {
                store.getFates.add(Fate.FINE);
            }
            store.getFates.add(odd);
            assertThat(open().view().streams("a")).hasSize(200);
        }
    }

    private byte[] damaged() {
        byte[] damaged = store.head().clone();
        damaged[damaged.length / 2] ^= 1;
        return damaged;
    }

    /** A proxy that answers in place of the server gives every request the same answer. */
    @Test
    void damageOfSecondsStopsNoClient_R44() {
        MetadataClient client = registered();
        MetadataClient reader = open();
        byte[] good = store.head();
        store.head(damaged());
        var commit = client.submit(create("a"));
        var refresh = reader.refresh();
        runtime.runFor(Duration.ofSeconds(20));
        assertThatThrownBy(() -> runtime.await(refresh))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining("meta/head");
        assertThat(commit).isNotDone();
        store.head(good);
        runtime.await(commit);
        runtime.await(reader.refresh());
        assertThat(reader.view().streams("a")).hasSize(1);
        assertThat(client.stopped()).isNotDone();
        assertThat(reader.stopped()).isNotDone();
    }

    @Test
    void absenceOfSecondsStopsNoClient_R44() {
        MetadataClient client = registered();
        store.isGone = true;
        var commit = client.submit(create("a"));
        runtime.runFor(Duration.ofSeconds(20));
        assertThat(commit).isNotDone();
        store.isGone = false;
        runtime.await(commit);
        assertThat(client.stopped()).isNotDone();
    }

    @Test
    void lastingDamageStopsClientWithPendingCommit_R44() {
        MetadataClient client = registered();
        store.head(damaged());
        var commit = client.submit(create("a"));
        assertThatThrownBy(() -> runtime.await(commit)).isInstanceOf(CorruptedDataException.class);
        assertThat(runtime.await(client.stopped())).isInstanceOf(CorruptedDataException.class);
        assertThat(runtime.nanoTime()).isLessThan(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void lastingAbsenceStopsClientWithPendingCommit_R44() {
        MetadataClient client = registered();
        store.isGone = true;
        assertThatThrownBy(() -> runtime.await(client.submit(create("a"))))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining("is gone");
        assertThat(runtime.nanoTime()).isLessThan(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void refreshesAndCommitsTakeTurns_R45() {
        MetadataClient client = registered();
        boolean[] stop = new boolean[1];
        int[] refreshed = new int[1];
        for (int loop = 0; loop < 3; loop++) {
            refreshEndlessly(client, stop, refreshed);
        }
        for (int i = 0; i < 50; i++) {
            long before = runtime.nanoTime();
            runtime.await(client.submit(create("a" + i)));
            assertThat(Duration.ofNanos(runtime.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        }
        assertThat(refreshed[0]).as("refreshes during 50 commits").isGreaterThan(50);
        List<CompletableFuture<Accepted>> commits = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            commits.add(client.submit(create("b" + i)));
        }
        int before = refreshed[0];
        commits.forEach(runtime::await);
        assertThat(refreshed[0] - before).as("refreshes while batches wait").isGreaterThan(3);
        stop[0] = true;
    }

    private static void refreshEndlessly(MetadataClient client, boolean[] stop, int[] refreshed) {
        client.refresh().thenRun(() -> {
            refreshed[0]++;
            if (!stop[0] && refreshed[0] < MAX_REFRESHES) {
                refreshEndlessly(client, stop, refreshed);
            }
        });
    }
}
