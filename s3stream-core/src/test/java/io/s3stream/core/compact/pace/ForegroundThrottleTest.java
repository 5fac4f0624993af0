package io.s3stream.core.compact.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForegroundThrottleTest {

    private static final long BYTES_PER_SECOND = 1 << 20;

    private final Simulator simulator = new Simulator(1);
    private final SimNode node = new SimNode(simulator, "node", step -> false);
    private boolean pressed;
    private boolean reads;
    private int admitted;
    private final ForegroundThrottle brake = new ForegroundThrottle(
            node, node.serialContext("compact"), BYTES_PER_SECOND, new Foreground(() -> pressed, () -> reads));

    @Test
    void idleForegroundLeavesThrottleInCharge() {
        request();
        assertThat(admitted).as("at once").isEqualTo(1);
        request();
        run(Duration.ofMillis(900));
        assertThat(admitted).isEqualTo(1);
        run(Duration.ofMillis(200));
        assertThat(admitted).isEqualTo(2);
    }

    @Test
    void waitingReadsDelayCompaction_L24() {
        reads = true;
        request();
        run(Duration.ofMillis(450));
        assertThat(admitted).isZero();
        reads = false;
        run(Duration.ofMillis(110));
        assertThat(admitted).isEqualTo(1);
    }

    @Test
    void endlessReadsDelayCompactionForOneSecond() {
        reads = true;
        request();
        run(Duration.ofMillis(900));
        assertThat(admitted).isZero();
        run(Duration.ofMillis(200));
        assertThat(admitted).isEqualTo(1);
    }

    @Test
    void appendsDelayCompactionLongerThanReads() {
        pressed = true;
        reads = true;
        request();
        run(Duration.ofMillis(4_800));
        assertThat(admitted).isZero();
        run(Duration.ofMillis(400));
        assertThat(admitted).isEqualTo(1);
    }

    @Test
    void delayedRequestCanBeInterrupted() {
        reads = true;
        request();
        assertThat(brake.interrupt()).isTrue();
        run(Duration.ofMinutes(1));
        assertThat(admitted).isZero();
        assertThat(brake.interrupt()).isFalse();
    }

    private void request() {
        brake.admit(BYTES_PER_SECOND, () -> admitted++);
    }

    private void run(Duration duration) {
        simulator.runFor(duration.toNanos());
    }
}
