package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The host's executor refuses work, because it is full or was shut down first: nobody waits for ever [L14]. */
@Timeout(60)
class CallbackExecutorTest {

    @TempDir
    Path dir;

    @Test
    void futuresCompleteAfterTheHostsExecutorIsShutDown() {
        ExecutorService host = Executors.newSingleThreadExecutor();
        StreamStore store = Stores.open(Stores.in(dir).callbackExecutor(host));
        Stream stream = Stores.own(store, "a");
        host.shutdown();
        for (int i = 0; i < 3; i++) {
            assertThat(Stores.get(stream.append(RecordBatch.of("x")).durable())).isEqualTo(i);
        }
        CompletableFuture<String> where = stream.append(RecordBatch.of("x"))
                .durable()
                .thenApply(offset -> Thread.currentThread().getName());
        assertThat(Stores.get(where)).as("not on a thread of the engine").doesNotContain("-append");
        Stores.get(stream.flush());
        Stores.get(stream.close());
        Stores.close(store);
    }
}
