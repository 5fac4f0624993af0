package io.s3stream.core.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.Outage;
import io.s3stream.api.errors.StorageException;
import io.s3stream.core.events.OutageListener;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MediumWatchTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Simulator simulator = new Simulator(1);
    private final SimNode node = new SimNode(simulator, "node", step -> false);
    private final List<String> events = new ArrayList<>();
    private final List<Outage> outages = new ArrayList<>();
    private final List<String> late = new ArrayList<>();
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    private final OutageListener listener = new OutageListener() {
        @Override
        public void began(Outage outage) {
            events.add("began");
            outages.add(outage);
        }

        @Override
        public void ended(Outage outage) {
            events.add("ended");
            outages.add(outage);
        }
    };

    private CompletableFuture<String> call(boolean hasDeadline) {
        var context = node.serialContext("opening");
        MediumWatch watch = hasDeadline
                ? MediumWatch.withDeadline(node, context, TIMEOUT, listener)
                : MediumWatch.withoutDeadline(node, context, TIMEOUT, listener);
        return watch.watch(URI.create("test:///a"), "attach", () -> answer, late::add);
    }

    private void pass(double seconds) {
        simulator.runFor((long) (seconds * 1e9));
    }

    @Test
    void promptAnswerIsNotReported() {
        CompletableFuture<String> result = call(true);
        pass(0.5);
        answer.complete("medium");
        pass(60);

        assertThat(result).isCompletedWithValue("medium");
        assertThat(events).isEmpty();
    }

    @Test
    void silentMediumIsReportedWithItsCallAfterTimeout() {
        CompletableFuture<String> result = call(false);
        pass(0.9);
        assertThat(events).isEmpty();
        pass(0.2);

        assertThat(events).containsExactly("began");
        assertThat(outages.get(0).resource()).isEqualTo("wal=test:///a (attach)");
        assertThat(outages.get(0).lasted()).isGreaterThanOrEqualTo(TIMEOUT);
        assertThat(result).isNotDone();
    }

    @Test
    void openingWaitsForSilentMediumWithoutLimit() {
        CompletableFuture<String> result = call(false);
        pass(3600);
        answer.complete("medium");

        assertThat(result).isCompletedWithValue("medium");
        assertThat(events).containsExactly("began", "ended");
        assertThat(outages.get(1).lasted()).isGreaterThanOrEqualTo(Duration.ofHours(1));
        assertThat(late).isEmpty();
    }

    @Test
    void callFailsAtItsDeadlineAndLateAnswerIsHandedOver() {
        CompletableFuture<String> result = call(true);
        pass(2.9);
        assertThat(result).isNotDone();
        pass(0.2);
        assertThat(result)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(StorageException.class)
                .withMessageContaining("test:///a");

        answer.complete("medium");

        assertThat(late).containsExactly("medium");
        assertThat(events).containsExactly("began", "ended");
    }

    @Test
    void failureOfMediumReachesCaller() {
        CompletableFuture<String> result = call(true);
        answer.completeExceptionally(new StorageException("no such directory"));

        assertThat(result).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("no such directory");
        pass(60);
        assertThat(events).isEmpty();
    }

    @Test
    void deadlineIsAtLeastTwoSeconds() {
        var context = node.serialContext("opening");
        assertThat(MediumWatch.withDeadline(node, context, Duration.ofMillis(10), listener)
                        .deadline())
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(MediumWatch.withDeadline(node, context, Duration.ofSeconds(5), listener)
                        .deadline())
                .isEqualTo(Duration.ofSeconds(15));
    }
}
