package io.s3stream.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.StoreOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashActTest {

    private static final long ACKS = 2000;

    @TempDir
    Path dir;

    @Test
    void recordsAcknowledgedByKilledWriterAreReadable() throws Exception {
        String objects = StoreOptions.uri("file", dir.resolve("objects"));
        String wal = StoreOptions.uri("block", dir.resolve("wal")) + "?capacity=32MiB";
        DemoInput input = new DemoInput(
                List.of("first line".getBytes(StandardCharsets.UTF_8), "second".getBytes(StandardCharsets.UTF_8)),
                "two lines");
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        CrashAct crash = new CrashAct(objects, wal, 0, input, new Output(told), ACKS);

        long acknowledged = crash.killWriter();
        crash.recover(() -> StreamStore.builder().storage(objects).wal(wal).open(), acknowledged);

        assertThat(acknowledged).isGreaterThanOrEqualTo(ACKS);
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("all " + acknowledged + " acknowledged records");
    }
}
