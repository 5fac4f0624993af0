package io.s3stream.wal.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OperationCountTest {

    private final AtomicInteger idle = new AtomicInteger();
    private final OperationCount operations = new OperationCount(idle::incrementAndGet);

    @Test
    void closeWithoutOperationRunsActionAtOnceAndOnlyOnce() {
        operations.close();
        operations.close();
        assertThat(idle).hasValue(1);
        assertThat(operations.begin()).isFalse();
    }

    @Test
    void actionWaitsForLastOperation() {
        assertThat(operations.begin()).isTrue();
        assertThat(operations.begin()).isTrue();
        operations.close();
        operations.end();
        assertThat(idle).hasValue(0);
        operations.end();
        assertThat(idle).hasValue(1);
    }

    @Test
    void endOfAllOperationsBeforeCloseRunsNothing() {
        operations.begin();
        operations.end();
        assertThat(idle).hasValue(0);
        assertThat(operations.begin()).isTrue();
    }
}
