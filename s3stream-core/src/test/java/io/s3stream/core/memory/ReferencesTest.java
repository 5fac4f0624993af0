package io.s3stream.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReferencesTest {

    private final References references = new References();

    @Test
    void onlyLastReleaseIsReportedAsLast() {
        references.retainIfAlive();
        assertThat(references.release()).isFalse();
        assertThat(references.release()).isTrue();
    }

    @Test
    void countOfZeroIsFinal() {
        references.release();
        assertThat(references.retainIfAlive()).isFalse();
        assertThatThrownBy(references::release).isInstanceOf(IllegalStateException.class);
    }
}
