package io.s3stream.examples;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StreamStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

public final class Quickstart {

    public static void main(String[] args) throws Exception {
        Path dir = Files.createDirectories(Path.of(args.length > 0 ? args[0] : "quickstart-data"));
        try (StreamStore store = StreamStore.builder()
                .storage(dir.resolve("objects").toUri()) // or "s3://bucket/prefix?region=eu-central-1"
                .wal("block://" + dir.toAbsolutePath() + "/wal?capacity=64MiB")
                .open()) {
            long id = store.createStream(CreateOptions.named("greetings")).join();
            var stream = store.openStream(id, OpenOptions.owner()).join();
            RecordBatch batch = RecordBatch.of("hello", System.currentTimeMillis());
            long offset = stream.append(batch).durable().join(); // safe from here on
            try (var result =
                    stream.fetch(offset, offset + 1, 1024, FetchOptions.NO_WAIT).join()) {
                result.batches()
                        .forEach(read -> System.out.println(
                                read.baseOffset() + ": " + StandardCharsets.UTF_8.decode(read.payload())));
            }
        }
    }
}
