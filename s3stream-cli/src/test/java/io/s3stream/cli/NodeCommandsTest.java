package io.s3stream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCommandsTest {

    @TempDir
    Path dir;

    private Tool tool;

    @BeforeEach
    void chooseStore() {
        tool = new Tool(dir);
    }

    @Test
    void openNodeIsListedAndTakenOverAndItsStreamIsReadable() {
        String wal = "store:/?linger=2ms";
        StreamStore living = open(wal);
        Stream stream = append(living, 20);

        assertThat(tool.onStore("nodes").out().lines())
                .satisfiesExactly(
                        head -> assertThat(head).matches(" +NODE +EPOCH STATE +STREAMS  WALS"),
                        node -> assertThat(node).matches(" +4 +1 open +1  store:.*"));
        assertThat(tool.onStore("ls", "--read-only").out()).contains("taken");
        assertThat(tool.onStore("fetch", "taken", "--count", "--read-only").out())
                .isEqualTo("0\n");
        assertThat(tool.onStore("takeover", "4", "--node=9", "--if-epoch=7").errLines())
                .singleElement()
                .asString()
                .contains("expected epoch 7", "its epoch is 1");
        Tool.Result taken = tool.onStore("takeover", "4", "--node=9", "--if-epoch=1");

        assertThat(taken.err()).isEmpty();
        assertThat(taken.exitCode()).isZero();
        assertThat(taken.out())
                .contains("node            4\n", "epoch           2\n", "streams closed  1\n")
                .containsPattern("frames +[1-9]")
                .containsPattern("bytes +[1-9]")
                .containsPattern("fence +\\d+\\.\\d{3} s\nreplay +\\d.*\nupload +\\d.*\ncommit +\\d.*\ntotal +\\d");
        assertThat(stream.append(RecordBatch.of("late", System.currentTimeMillis()))
                        .durable()
                        .handle((at, error) -> error))
                .succeedsWithin(Duration.ofSeconds(20))
                .isNotNull();
        assertThat(tool.onStore("nodes").out()).containsPattern(" 4 +2 closed +0  -\n");
        assertThat(tool.onStore("fetch", "taken", "--count", "--read-only").out())
                .isEqualTo("20\n");
        assertThat(tool.onStore("fetch", "taken", "--count", "--node=9").out()).isEqualTo("20\n");
        Futures.await(living.close(Duration.ZERO));
    }

    @Test
    void walFileAtNewPathIsNamedForTakeOver() throws IOException {
        movedAndTakenOver("block://", "?capacity=16MiB&singleAttach=true");
    }

    @Test
    void walDirectoryAtNewMountIsNamedForTakeOver() throws IOException {
        Files.createDirectory(dir.resolve("then"));
        movedAndTakenOver("nfs://", "?capacity=16MiB");
    }

    private void movedAndTakenOver(String scheme, String options) throws IOException {
        Path then = dir.resolve("then");
        StreamStore dead = open(scheme + then + options);
        append(dead, 20);
        Futures.await(dead.close(Duration.ZERO));
        Path now = dir.resolve("now");
        Files.move(then, now);

        Tool.Result lost = tool.onStore("takeover", "4", "--node=9");
        assertThat(lost.exitCode()).isEqualTo(1);
        assertThat(lost.errLines()).singleElement().asString().contains(then.toString());
        Tool.Result found = tool.onStore("takeover", "4", "--node=9", "--wal-at=" + scheme + now + options);
        assertThat(found.err()).isEmpty();
        assertThat(tool.onStore("fetch", "taken", "--count", "--node=9").out()).isEqualTo("20\n");
    }

    @Test
    void takeOverNeedsNamedTakerAndExistingNode() {
        open("block://" + dir.resolve("four") + "?capacity=16MiB").close();
        assertThat(tool.onStore("takeover", "4").errLines())
                .singleElement()
                .asString()
                .contains("--node");
        assertThat(tool.onStore("takeover", "5", "--node=9").errLines())
                .singleElement()
                .asString()
                .contains("nodeId=5", "[4, 9]");
        assertThat(tool.onStore("takeover", "9", "--node=9").errLines())
                .singleElement()
                .asString()
                .contains("nodeId=9");
    }

    private StreamStore open(String wal) {
        return StreamStore.builder()
                .storage(dir.resolve("objects").toUri())
                .wal(wal)
                .nodeId(4)
                .open();
    }

    private static Stream append(StreamStore store, int records) {
        long id = Futures.await(store.createStream(CreateOptions.named("taken")));
        Stream stream = Futures.await(store.openStream(id, OpenOptions.owner()));
        for (int i = 0; i < records; i++) {
            Futures.await(stream.append(RecordBatch.of("record " + i, System.currentTimeMillis()))
                    .durable());
        }
        return stream;
    }
}
