package io.s3stream.core.append.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StallWatchTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final long NOTHING_IN_FLIGHT = -1;

    private final Simulator simulator = new Simulator(1);
    private final SimNode node = new SimNode(simulator, "node", step -> false);
    private long acked;
    private int stalls;
    private final StallWatch watch =
            new StallWatch(node, node.serialContext("append"), TIMEOUT, () -> acked, () -> stalls++);

    private void sleep(double timeouts) {
        simulator.runFor((long) (TIMEOUT.toNanos() * timeouts));
    }

    @Test
    void walWithoutAnswerStallsAfterTimeout() {
        watch.arm();
        sleep(0.9);
        assertThat(stalls).isZero();
        sleep(0.2);
        assertThat(stalls).isEqualTo(1);
    }

    @Test
    void slowWalThatAcknowledgesFramesDoesNotStall() {
        watch.arm();
        for (int i = 0; i < 20; i++) {
            acked++;
            sleep(0.7);
        }
        assertThat(stalls).isZero();
    }

    @Test
    void walThatStopsAnsweringStallsWithinTwiceTheTimeout() {
        watch.arm();
        sleep(0.1);
        acked++;
        sleep(1.8);
        assertThat(stalls).isZero();
        sleep(0.2);
        assertThat(stalls).isEqualTo(1);
    }

    @Test
    void idleWalNeverStallsAndNextFrameArmsWatchAgain() {
        watch.arm();
        acked = NOTHING_IN_FLIGHT;
        sleep(10);
        assertThat(stalls).isZero();

        acked = 1;
        watch.arm();
        sleep(1.1);
        assertThat(stalls).isEqualTo(1);
    }

    @Test
    void framesInFlightShareOneTimeout() {
        watch.arm();
        sleep(0.5);
        watch.arm();
        sleep(0.6);
        assertThat(stalls).isEqualTo(1);
        sleep(5);
        assertThat(stalls).isEqualTo(1);
    }
}
