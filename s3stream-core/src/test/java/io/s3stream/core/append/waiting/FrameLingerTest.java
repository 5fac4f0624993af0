package io.s3stream.core.append.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.wal.FillingFrame;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FrameLingerTest {

    private static final long MS = 1_000_000;

    private final Simulator simulator = new Simulator(1);
    private final SimNode node = new SimNode(simulator, "node", step -> false);
    private final Log wal = new Log();
    private int overs;
    private final FrameLinger linger = new FrameLinger(node, node.serialContext("append"), () -> overs++);

    /** A WAL that answers the question for its linger, and nothing else. */
    private static final class Log implements WriteAheadLog {

        private Duration longest = Duration.ofMillis(100);
        private final List<FillingFrame> asked = new ArrayList<>();

        @Override
        public WalProfile profile() {
            return new WalProfile(1, 1 << 20, 4, 1 << 20, 0, longest, 1 << 20);
        }

        @Override
        public Duration linger(FillingFrame frame) {
            asked.add(frame);
            return WriteAheadLog.super.linger(frame);
        }

        @Override
        public long reserve(int frameBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> append(WalFrame frame) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void trim(long position) {}

        @Override
        public long usedBytes() {
            return 0;
        }

        @Override
        public CompletableFuture<Void> closeAsync() {
            return CompletableFuture.completedFuture(null);
        }
    }

    private void sleep(long ms) {
        simulator.runFor(ms * MS);
    }

    @Test
    void frameIsHeldUntilItsLingerIsOver() {
        assertThat(linger.holds(wal, 100)).isTrue();
        sleep(99);
        assertThat(overs).isZero();
        assertThat(linger.holds(wal, 200)).isTrue();
        sleep(2);
        assertThat(overs).isEqualTo(1);
        assertThat(linger.holds(wal, 200)).isFalse();
    }

    @Test
    void frameAfterEarlyIssueHasWholeLinger() {
        linger.holds(wal, 100);
        sleep(60);
        linger.end(); // it was full
        assertThat(linger.holds(wal, 100)).isTrue();

        sleep(99);

        assertThat(overs).as("timers of both frames").isZero();
        sleep(2);
        assertThat(overs).isEqualTo(1);
    }

    @Test
    void lingerBeginsWithFirstAppend() {
        linger.holds(wal, 100);
        sleep(101);
        linger.holds(wal, 100);
        linger.end();
        sleep(500); // no frame

        assertThat(linger.holds(wal, 100)).isTrue();
        sleep(99);
        assertThat(overs).isEqualTo(1);
        sleep(2);
        assertThat(overs).isEqualTo(2);
    }

    @Test
    void frameStaysDueWhileWalHasNoSlot() {
        linger.holds(wal, 100);
        sleep(101);
        assertThat(linger.holds(wal, 100)).isFalse();

        assertThat(linger.holds(wal, 5000))
                .as("it grew while it waited for a slot")
                .isFalse();
    }

    @Test
    void walLearnsAgeAndQuietTimeOfFrame() {
        linger.holds(wal, 100);
        sleep(30);
        linger.holds(wal, 300);
        linger.holds(wal, 300); // woken without an append
        sleep(71);
        linger.holds(wal, 300);

        assertThat(wal.asked).hasSize(2);
        assertThat(wal.asked.get(0)).isEqualTo(new FillingFrame(100, Duration.ZERO, Duration.ZERO));
        assertThat(wal.asked.get(1).bytes()).isEqualTo(300);
        assertThat(wal.asked.get(1).age().toMillis()).isEqualTo(101);
        assertThat(wal.asked.get(1).quiet().toMillis()).isEqualTo(71);
    }

    @Test
    void walWithoutLingerIsNeverAsked() {
        wal.longest = Duration.ZERO;
        assertThat(linger.holds(wal, 100)).isFalse();
        assertThat(wal.asked).isEmpty();
    }
}
