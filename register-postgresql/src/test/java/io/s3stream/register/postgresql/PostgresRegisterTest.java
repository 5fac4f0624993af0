package io.s3stream.register.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.metadata.MetadataRegister.Versioned;
import io.s3stream.spi.metadata.RegisterSource;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.storage.MetadataRegisterContract;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The register on a real server. An answer is true. The outcome of an unanswered write is determined, or reported as
 * unknown.
 */
@Tag("postgresql")
class PostgresRegisterTest {

    private final List<ThreadedTestRuntime> runtimes = new ArrayList<>();

    @AfterEach
    void closeRuntimes() {
        runtimes.forEach(ThreadedTestRuntime::close);
    }

    @Nested
    class ByUri extends MetadataRegisterContract {
        @Override
        protected MetadataRegister openRegister() {
            return open(Server.freshRow());
        }
    }

    @Nested
    class ByAPoolOfTheHost extends MetadataRegisterContract {
        @Override
        protected MetadataRegister openRegister() {
            open(Server.freshRow()).read().join(); // creates the table
            return open(PostgresRegisters.of(Server.dataSource("s3stream"), RowName.of(Server.freshStore())));
        }
    }

    @Test
    void rowOutlivesConnectionsAndOtherRowsStayUntouched() {
        String row = Server.freshRow();
        MetadataRegister first = open(row);
        Optional<String> version =
                first.compareAndSet(Optional.empty(), new byte[] {7}).join();
        first.close();

        assertThat(open(row).read().join().map(Versioned::version)).isEqualTo(version);
        assertThat(open(Server.freshRow()).read().join()).isEmpty();
    }

    @Test
    void manyProcessesCountWithoutLostUpdate() {
        String row = Server.freshRow();
        open(row).compareAndSet(Optional.empty(), number(0)).join();
        int writers = 8;
        int each = 50;

        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            all.add(count(open(row), each));
        }
        all.forEach(future -> future.orTimeout(120, TimeUnit.SECONDS).join());

        byte[] last = open(row).read().join().orElseThrow().value();
        assertThat(ByteBuffer.wrap(last).getLong()).isEqualTo(writers * each);
    }

    private static CompletableFuture<Void> count(MetadataRegister register, int left) {
        if (left == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return register.read().thenCompose(value -> {
            long next = ByteBuffer.wrap(value.orElseThrow().value()).getLong() + 1;
            return register.compareAndSet(Optional.of(value.get().version()), number(next))
                    .thenCompose(version -> count(register, version.isPresent() ? left - 1 : left));
        });
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    @Test
    void lostAnswerIsResolvedByReading() {
        Lossy connections = new Lossy(Server.freshRow());
        MetadataRegister register = open(connections);
        register.read().join();

        connections.losesAnswer.set(true);
        Optional<String> created =
                register.compareAndSet(Optional.empty(), new byte[] {1}).join();
        connections.losesAnswer.set(true);
        Optional<String> changed =
                register.compareAndSet(created, new byte[] {2}).join();

        assertThat(created).isPresent();
        assertThat(changed).isPresent();
        assertThat(register.read().join().orElseThrow().version()).isEqualTo(changed.get());
        assertThat(register.read().join().orElseThrow().value()).containsExactly(2);
    }

    @Test
    void lostRequestIsUnknownAndMayBeRepeated() {
        Lossy connections = new Lossy(Server.freshRow());
        MetadataRegister register = open(connections);
        register.read().join();

        connections.losesRequest.set(true);

        assertFails(register.compareAndSet(Optional.empty(), new byte[] {1})).isInstanceOf(StorageException.class);
        assertThat(register.compareAndSet(Optional.empty(), new byte[] {1}).join())
                .isPresent();
    }

    @Test
    void lostAnswerWithReplacedValueIsUnknown() {
        String row = Server.freshRow();
        MetadataRegister other = open(row);
        Lossy connections = new Lossy(row);
        MetadataRegister register = open(connections);
        register.read().join();

        connections.losesAnswer.set(true);
        connections.before = () -> {
            String version = other.read().join().orElseThrow().version();
            assertThat(other.compareAndSet(Optional.of(version), new byte[] {9}).join())
                    .isPresent();
        };

        assertFails(register.compareAndSet(Optional.empty(), new byte[] {1})).isInstanceOf(StorageException.class);
    }

    @Test
    void killedConnectionFailsOnceAndNextRequestGetsAnother() throws Exception {
        String row = Server.freshRow() + "&ApplicationName=killed";
        MetadataRegister register = open(row);
        Optional<String> version =
                register.compareAndSet(Optional.empty(), new byte[] {1}).join();

        Server.asSuperuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'killed'");

        // The read detects the broken connection, so that the outcome of a write stays known.
        assertFails(register.read()).isInstanceOf(StorageException.class);
        assertThat(register.compareAndSet(version, new byte[] {2}).join()).isPresent();
    }

    @Test
    void missingTableIsReportedWithItsCreateStatement() {
        assertFails(open(Server.uri() + "?table=no_such_table&store=s").read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("CREATE TABLE IF NOT EXISTS no_such_table");
    }

    @Test
    void foreignTableIsReported() throws Exception {
        Server.asSuperuser(
                "CREATE TABLE IF NOT EXISTS something_else (store text PRIMARY KEY, price int)",
                "GRANT ALL ON something_else TO s3stream");

        assertFails(open(Server.uri() + "?table=something_else&store=s").read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("must be that of");
    }

    @Test
    void missingPrivilegeIsReported() throws Exception {
        Server.asSuperuser(new RowName("not_ours", "s").createTable(), "REVOKE ALL ON not_ours FROM PUBLIC");

        assertFails(open(Server.uri() + "?table=not_ours&store=s").read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("GRANT SELECT, INSERT, UPDATE ON not_ours");
    }

    @Test
    void serverWithAsynchronousCommitIsRefused() throws Exception {
        Server.asSuperuser(
                "DO $$ BEGIN CREATE ROLE forgetful LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "ALTER ROLE forgetful SET synchronous_commit = off");

        assertFails(open(PostgresRegisters.of(Server.dataSource("forgetful"), RowName.of("s")))
                        .read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("synchronous_commit=off");
    }

    @Test
    void missingDatabaseIsReported() {
        assertFails(open(Server.uri() + "_none?store=s").read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("s3stream_none");
    }

    private MetadataRegister open(String uri) {
        return open(PostgresRegisters.of(URI.create(uri)));
    }

    private MetadataRegister open(RegisterSource source) {
        return source.open(runtime());
    }

    private MetadataRegister open(Lossy connections) {
        return new PostgresRegister(connections, connections.uri.row(), true, runtime());
    }

    private ThreadedTestRuntime runtime() {
        ThreadedTestRuntime runtime = new ThreadedTestRuntime(System.nanoTime());
        runtimes.add(runtime);
        return runtime;
    }

    private static AbstractThrowableAssert<?, ?> assertFails(CompletableFuture<?> future) {
        return assertThatThrownBy(() -> future.orTimeout(60, TimeUnit.SECONDS).join())
                .isInstanceOf(CompletionException.class)
                .cause();
    }

    /** Real connections that are cut once at an update, before or after the server receives it. */
    private static final class Lossy implements Connections {

        final PostgresUri uri;
        final AtomicBoolean losesRequest = new AtomicBoolean();
        final AtomicBoolean losesAnswer = new AtomicBoolean();
        volatile Runnable before = () -> {};
        private final KeptConnections real;

        Lossy(String row) {
            this.uri = PostgresUri.parse(URI.create(row));
            this.real = new KeptConnections(() -> wrap(
                    Connection.class, new org.postgresql.Driver().connect(uri.jdbcUrl(), new java.util.Properties())));
        }

        private <T> T wrap(Class<T> type, T object) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
                        boolean update = method.getName().equals("executeUpdate");
                        if (update && losesRequest.getAndSet(false)) {
                            throw new SQLException("cut", "08006");
                        }
                        Object answer;
                        try {
                            answer = method.invoke(object, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                        if (update && losesAnswer.getAndSet(false)) {
                            before.run();
                            throw new SQLException("cut", "08006");
                        }
                        return answer instanceof PreparedStatement statement
                                ? wrap(PreparedStatement.class, statement)
                                : answer;
                    }));
        }

        @Override
        public Connection take() throws SQLException {
            return real.take();
        }

        @Override
        public void giveBack(Connection connection) throws SQLException {
            real.giveBack(connection);
        }

        @Override
        public void discard(Connection connection) {
            real.discard(connection);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
