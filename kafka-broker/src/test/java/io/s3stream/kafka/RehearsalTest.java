package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {

    @TempDir
    Path dir;

    @Test
    void clientsAreServedAndNothingIsLeft() throws IOException {
        assertThat(Rehearsal.run(dir, Duration.ofMillis(1))).isTrue();
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenHindersNothing() {
        assertThat(Rehearsal.run(dir.resolve("missing"), Duration.ofMillis(1))).isFalse();
    }
}
