package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10); // the clock overflows
    private final AtomicInteger missing = new AtomicInteger(2);
    private final Readiness readiness = new Readiness(now::get);

    @Test
    void brokerIsReadyWhenItLeadsItsPartitions() {
        assertThat(readiness.reason()).isEqualTo("the broker is starting");
        readiness.serving(missing::get);
        assertThat(readiness.reason()).startsWith("2 partitions that this broker should lead");
        missing.set(0);
        assertThat(readiness.reason()).isEmpty();
    }

    @Test
    void laterMoveLeavesBrokerReady() {
        missing.set(0);
        readiness.serving(missing::get);
        assertThat(readiness.reason()).isEmpty();
        missing.set(3);
        assertThat(readiness.reason()).isEmpty();
    }

    @Test
    void brokerIsReadyAfterTheLimit() {
        readiness.serving(missing::get);
        now.addAndGet(Readiness.LIMIT.toNanos() - 1);
        assertThat(readiness.reason()).isNotEmpty();
        now.incrementAndGet();
        assertThat(readiness.reason()).isEmpty();
    }

    @Test
    void stoppingBrokerIsNotReady() {
        readiness.serving(missing::get);
        readiness.stopping("the broker is stopping");
        missing.set(0);
        assertThat(readiness.reason()).isEqualTo("the broker is stopping");
    }
}
