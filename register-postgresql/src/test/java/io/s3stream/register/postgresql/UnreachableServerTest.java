package io.s3stream.register.postgresql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A missing server may return: callers repeat such failures. */
class UnreachableServerTest {

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(1);

    @AfterEach
    void closeRuntime() {
        runtime.close();
    }

    @Test
    void connectionRefusalIsTransient() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        MetadataRegister register = open("postgresql://127.0.0.1:" + port + "/none?store=s");

        assertMayPass(register.read());
        assertMayPass(register.compareAndSet(Optional.empty(), new byte[1]));
    }

    @Test
    void silentServerIsNotAwaitedForever() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertMayPass(open("postgresql://127.0.0.1:" + silent.getLocalPort()
                            + "/none?store=s&connectTimeout=1&socketTimeout=1&sslmode=disable")
                    .read());
        }
    }

    private MetadataRegister open(String uri) {
        return PostgresRegisters.of(URI.create(uri)).open(runtime);
    }

    private static void assertMayPass(CompletableFuture<?> future) {
        assertThatThrownBy(() -> future.orTimeout(60, TimeUnit.SECONDS).join())
                .cause()
                .isInstanceOf(StorageException.class);
    }
}
