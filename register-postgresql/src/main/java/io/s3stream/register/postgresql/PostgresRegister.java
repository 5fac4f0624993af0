package io.s3stream.register.postgresql;

import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A register in one row of a table. Statements run on an executor of the runtime, and futures complete there.
 *
 * <p>Each value gets a version drawn at random for it alone. After a lost response, the register reads the row to
 * settle a compare-and-set. If the row has the version, the compare-and-set succeeded. Otherwise its outcome is unknown
 * and the future fails: the statement may still be in flight, or another one may have overwritten its value. The
 * register repeats no statement.
 *
 * <p>Owns the flag that server and table were checked. Thread-safe.
 */
final class PostgresRegister implements MetadataRegister {

    /** Commits of the metadata need one thread; a concurrent read needs another. */
    private static final int THREADS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(PostgresRegister.class);

    private final Connections connections;
    private final RowName row;
    private final RegisterTable table;
    private final boolean create;
    private final Supplier<UUID> versions;
    private final IoExecutor executor;
    private volatile boolean checked;

    /**
     * @param connections closed together with the register
     * @param create whether the register creates a missing table
     */
    PostgresRegister(Connections connections, RowName row, boolean create, EngineRuntime runtime) {
        this.connections = connections;
        this.row = row;
        this.table = new RegisterTable(row);
        this.create = create;
        this.versions = () -> new UUID(runtime.randomLong(), runtime.randomLong());
        this.executor = runtime.ioExecutor("register", THREADS);
    }

    @Override
    public CompletableFuture<Optional<Versioned>> read() {
        return executor.submit("register.read", () -> with(table::read));
    }

    @Override
    public CompletableFuture<Optional<Versioned>> readIfChanged(String version) {
        UUID known = uuid(version);
        return known == null
                ? read() // not a version of this register, so not the present one
                : executor.submit("register.reread", () -> with(connection -> table.readUnless(connection, known)));
    }

    @Override
    public CompletableFuture<Optional<String>> compareAndSet(Optional<String> expectedVersion, byte[] value) {
        byte[] copy = value.clone();
        UUID version = versions.get();
        return executor.submit("register.cas", () -> compareAndSet(expectedVersion, version, copy));
    }

    private Optional<String> compareAndSet(Optional<String> expectedVersion, UUID version, byte[] value) {
        UUID expected = expectedVersion.map(PostgresRegister::uuid).orElse(null);
        if (expectedVersion.isPresent() && expected == null) {
            return Optional.empty(); // not a version of this register, so not the present one
        }
        try {
            boolean done = run(connection -> expected == null
                    ? table.insert(connection, version, value)
                    : table.update(connection, expected, version, value));
            return done ? Optional.of(version.toString()) : Optional.empty();
        } catch (SQLException e) {
            if (SqlFailures.isLost(e)) {
                return Optional.empty();
            }
            return settle(version, e);
        }
    }

    /** Settles a compare-and-set without an answer: if the row has the version, the server executed the statement. */
    private Optional<String> settle(UUID version, SQLException failure) {
        try {
            if (run(table::version).filter(version::equals).isPresent()) {
                LOG.debug("{}: the response to a compare-and-set was lost; it had succeeded", row, failure);
                return Optional.of(version.toString());
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
        throw SqlFailures.of(failure, row);
    }

    /** An operation on a connection. */
    private interface Use<T> {
        T of(Connection connection) throws SQLException;
    }

    private <T> T with(Use<T> use) {
        try {
            return run(use);
        } catch (SQLException e) {
            throw SqlFailures.of(e, row);
        }
    }

    private <T> T run(Use<T> use) throws SQLException {
        Connection connection = connections.take();
        T answer;
        try {
            check(connection);
            answer = use.of(connection);
        } catch (SQLException | RuntimeException e) {
            discard(connection, e);
            throw e;
        }
        connections.giveBack(connection);
        return answer;
    }

    private void check(Connection connection) throws SQLException {
        if (!checked) {
            table.check(connection);
            if (create) {
                table.create(connection);
            }
            checked = true;
        }
    }

    private void discard(Connection connection, Exception why) {
        checked = false; // the next connection may lead to another server
        try {
            connections.discard(connection);
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    private static @Nullable UUID uuid(String version) {
        try {
            return UUID.fromString(version);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public void close() {
        executor.close();
        connections.close();
    }

    @Override
    public String toString() {
        return "postgresql " + row;
    }
}
