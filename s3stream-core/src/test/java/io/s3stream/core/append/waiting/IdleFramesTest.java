package io.s3stream.core.append.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IdleFramesTest {

    private static final Duration DELAY = Duration.ofSeconds(1);

    private final Simulator simulator = new Simulator(1);
    private final SimNode node = new SimNode(simulator, "node", step -> false);
    private int written;
    private final IdleFrames idle = new IdleFrames(node, node.serialContext("append"), DELAY, () -> written++);

    private void sleep(double delays) {
        simulator.runFor((long) (DELAY.toNanos() * delays));
    }

    @Test
    void idleWalGetsOneEmptyFrameAfterDelay() {
        idle.stop(); // a frame was issued
        idle.arm();
        sleep(0.9);
        assertThat(written).isZero();
        sleep(0.2);
        assertThat(written).isEqualTo(1);
    }

    @Test
    void walThatEndsWithEmptyFrameGetsNoOther() {
        idle.stop();
        idle.arm();
        sleep(1.1);
        idle.stop(); // the empty frame is issued
        idle.wasWritten();
        idle.arm();
        sleep(10);
        assertThat(written).isEqualTo(1);
    }

    @Test
    void walWithoutAnyFrameGetsNoEmptyFrame() {
        idle.arm();
        sleep(10);
        assertThat(written).isZero();
    }

    @Test
    void issuedFrameRestartsDelay() {
        idle.stop();
        idle.arm();
        idle.arm(); // each acknowledgement arms it
        sleep(0.9);
        idle.stop();
        idle.arm();
        sleep(0.9);
        assertThat(written).isZero();
        sleep(0.2);
        assertThat(written).isEqualTo(1);
    }

    @Test
    void repeatedAcknowledgementsDoNotRestartDelay() {
        idle.stop();
        idle.arm();
        sleep(0.9);
        idle.arm();
        sleep(0.2);
        assertThat(written).isEqualTo(1);
    }
}
