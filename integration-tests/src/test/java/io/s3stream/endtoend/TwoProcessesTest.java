package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of the same node, and different nodes at the same time. */
class TwoProcessesTest {

    private static final List<String> SMALL = List.of("-Xmx128m");

    @TempDir
    Path dir;

    @Test
    void ofTwoProcessesOfSameNodeOneWorksAndOtherNamesWalHolder() throws IOException {
        try (ChildJvm first = ChildJvm.start(OpenOnDemand.class, SMALL);
                ChildJvm second = ChildJvm.start(OpenOnDemand.class, SMALL)) {
            first.await("ready");
            second.await("ready");
            for (int round = 0; round < 5; round++) {
                Path fresh = Files.createDirectory(dir.resolve("round" + round));
                first.send("open " + fresh);
                second.send("open " + fresh);
                String ofFirst = first.next();
                String ofSecond = second.next();
                assertThat(List.of(ofFirst, ofSecond)).as("round %s", round).containsOnlyOnce("done");
                ChildJvm winner = ofFirst.equals("done") ? first : second;
                ChildJvm loser = winner == first ? second : first;
                assertThat(winner == first ? ofSecond : ofFirst)
                        .startsWith("failed CONFLICT")
                        .contains("wal");
                winner.send("append one");
                assertThat(winner.next()).isEqualTo("done");
                loser.send("open " + fresh);
                assertThat(loser.next())
                        .startsWith("failed CONFLICT")
                        .contains("wal")
                        .containsPattern("pid|process");
                winner.send("append two");
                assertThat(winner.next()).isEqualTo("done");
                winner.send("close");
                assertThat(winner.next()).isEqualTo("done");
                loser.send("open " + fresh);
                assertThat(loser.next()).isEqualTo("done");
                loser.send("append three");
                assertThat(loser.next()).isEqualTo("done");
                loser.send("close");
                assertThat(loser.next()).isEqualTo("done");
            }
        }
    }

    @Test
    void otherNodeReadsCommittedRecordsAndCannotOpenOwnedStream() {
        try (ChildJvm first = ChildJvm.start(OpenOnDemand.class, SMALL)) {
            first.await("ready");
            first.send("open " + dir);
            assertThat(first.next()).isEqualTo("done");
            first.send("append one");
            assertThat(first.next()).isEqualTo("done");
            StreamStore store =
                    Stores.open(Stores.in(dir).nodeId(7).wal("block://" + dir.resolve("wal7") + "?capacity=4MiB"));
            StreamReader reader = Stores.read(store, "a");
            assertThat(text(reader, 0)).isEqualTo("one");
            assertThat(Stores.failure(() -> store.openStream(reader.id(), OpenOptions.owner())))
                    .isInstanceOfSatisfying(StreamOpenElsewhereException.class, conflict -> {
                        assertThat(conflict.streamId()).isEqualTo(reader.id());
                        assertThat(conflict.nodeId()).isZero();
                        assertThat(conflict.nodeEpoch())
                                .isEqualTo(Stores.get(store.listNodes()).get(0).epoch());
                    });
            assertThat(Stores.failure(() -> store.deleteStream(reader.id())))
                    .isInstanceOf(StreamOpenElsewhereException.class);
            var poll = reader.fetch(1, Long.MAX_VALUE, 1000, FetchOptions.longPoll(Duration.ofSeconds(30)));
            first.send("append two");
            assertThat(first.next()).isEqualTo("done");
            Stores.get(poll).close();
            assertThat(text(reader, 1)).isEqualTo("two");
            Stream own = Stores.own(store, "b");
            Stores.get(own.append(RecordBatch.of("mine", 1)).durable());
            first.send("close");
            assertThat(first.next()).isEqualTo("done");
            Stream taken = Stores.own(store, "a");
            assertThat(taken.nextOffset()).isEqualTo(2);
            Stores.close(store);
        }
    }

    private static String text(StreamReader stream, long offset) {
        try (FetchResult result = Stores.get(stream.fetch(offset, Long.MAX_VALUE, 1, FetchOptions.NO_WAIT))) {
            ByteBuffer payload = result.batches().get(0).payload();
            return StandardCharsets.UTF_8.decode(payload).toString();
        }
    }
}
