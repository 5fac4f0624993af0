package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.spi.metadata.RegisterSource;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole stores whose head is in a real PostgreSQL: {@code -Dpostgresql.uri}, see {@code .ci/postgresql}. */
@Tag("postgresql")
class PostgresStoreTest {

    @TempDir
    Path dir;

    private String register;

    @BeforeEach
    void freshRow() {
        register = row("store");
    }

    private String row(String name) {
        String uri = System.getProperty("postgresql.uri");
        assumeThat(uri)
                .as("-Dpostgresql.uri=postgresql://role@host:port/database")
                .isNotNull();
        return uri + "?create=true&store=" + name + "-" + dir.getFileName() + "-" + System.nanoTime();
    }

    private StreamStoreBuilder store() {
        return Stores.in(dir).register(register);
    }

    @Test
    void acknowledgedAppendsSurviveKills() {
        Map<String, Long> acked = new ConcurrentHashMap<>();
        for (int round = 1; round <= 3; round++) {
            try (ChildJvm child = ChildJvm.start(
                    AppendForever.class,
                    List.of("-Xmx256m"),
                    line -> note(line, acked),
                    Stores.objects(dir),
                    Stores.wal(dir),
                    register)) {
                child.await("open");
                for (int i = 0; i < round * 400; i++) {
                    assertThat(child.next()).doesNotStartWith("failed");
                }
            }
            StreamStore store = Stores.open(store().config(Stores.compacting()));
            for (int i = 0; i < AppendForever.STREAMS; i++) {
                Stream stream = Stores.own(store, AppendForever.streamName(i));
                assertThat(stream.confirmOffset()).isGreaterThanOrEqualTo(acked.get(stream.name()));
                Stores.verify(stream, i, AppendForever.LARGEST);
            }
            Stores.close(store);
        }
        VerifyReport report = Stores.get(Stores.in(dir).register(register).verify(VerifyOptions.everything()));
        assertThat(report.findings().isClean()).as("%s", report.findings()).isTrue();
    }

    private static void note(String line, Map<String, Long> acked) {
        String[] words = line.split(" ");
        if (words[0].equals("ack")) {
            acked.merge(words[1], Long.parseLong(words[2]), Math::max);
        }
    }

    @Test
    void twoNodesShareStore() {
        StreamStore first = Stores.open(store());
        StreamStore second = Stores.open(store().nodeId(7).wal("block://" + dir.resolve("wal7") + "?capacity=4MiB"));
        Stream stream = Stores.own(first, "a");
        for (int i = 0; i < 50; i++) {
            Stores.get(stream.append(RecordBatch.of("record " + i, 1)).durable());
            Stores.own(second, "b" + i);
        }
        Stores.get(stream.flush());

        assertThat(Stores.read(second, "a").confirmOffset()).isEqualTo(50);
        assertThat(Stores.failure(() -> second.openStream(stream.id(), OpenOptions.owner())))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("node 0");
        Stores.close(first);
        assertThat(Stores.own(second, "a").nextOffset()).isEqualTo(50);
        Stores.close(second);
    }

    @Test
    void wrongPairIsRefusedAndNothingChanges() throws Exception {
        StreamStore store = Stores.open(store());
        Stores.get(Stores.own(store, "a").append(RecordBatch.of("x", 1)).durable());
        Stores.close(store);
        Path other = Files.createDirectory(dir.resolve("other"));

        assertThat(Stores.failure(() -> Stores.in(dir).openAsync()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("register is not set");
        assertThat(Stores.failure(() -> Stores.in(dir).register(row("empty")).openAsync()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("has no value");
        assertThat(Stores.failure(() -> Stores.in(other).register(register).openAsync()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("not in this bucket");
        assertThat(Stores.failure(() -> Stores.in(dir).verify(VerifyOptions.everything())))
                .hasMessageContaining("register is not set");

        store = Stores.open(store());
        assertThat(Stores.own(store, "a").nextOffset()).isEqualTo(1);
        Stores.close(store);
    }

    @Test
    void lostRowIsRebuiltFromObjects() throws Exception {
        StreamStore store = Stores.open(store());
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        Stores.close(store);

        // First into another row; then in place, after the rest of the metadata is deleted.
        Path beside = Files.createDirectory(dir.resolve("beside"));
        String newRow = row("beside");
        Stores.get(Stores.in(dir)
                .rebuild(RebuildOptions.into(URI.create(Stores.objects(beside)))
                        .withRegister(RegisterSource.of(URI.create(newRow)))));
        assertRecovered(Stores.in(beside).register(newRow));
        register = row("in-place");
        assertThat(Stores.failure(() -> store().rebuild(RebuildOptions.into(URI.create(Stores.objects(dir))))))
                .hasMessageContaining("has no value");
        Files.delete(dir.resolve("objects/meta/head@"));
        Stores.get(store().rebuild(RebuildOptions.into(URI.create(Stores.objects(dir)))));
        Files.delete(dir.resolve("wal"));
        assertRecovered(store());
    }

    private static void assertRecovered(StreamStoreBuilder builder) {
        StreamStore store = Stores.open(builder);
        assertThat(Stores.own(store, "a").nextOffset()).isEqualTo(1);
        Stores.close(store);
    }
}
