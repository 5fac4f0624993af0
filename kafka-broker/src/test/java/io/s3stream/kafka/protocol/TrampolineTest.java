package io.s3stream.kafka.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrampolineTest {

    private final Trampoline trampoline = new Trampoline();
    private int runs;

    @Test
    void longChainOfTasksNeedsNoStack() {
        trampoline.run(this::again);
        assertThat(runs).isEqualTo(1_000_000);
    }

    private void again() {
        runs++;
        if (runs < 1_000_000) {
            trampoline.run(this::again);
        }
    }
}
