package io.s3stream.register.postgresql;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.metadata.RegisterSource;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;

/** Creates registers in PostgreSQL, for {@code StreamStore.builder().register(…)}. */
public final class PostgresRegisters {

    /** The maximum time for a server to answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private PostgresRegisters() {}

    /**
     * Returns a register over the host's connections. The register takes at most two connections at a time, each for
     * one statement, and waits at most 10 s for an answer.
     *
     * @param connections usually a pool, which the host owns and keeps open as long as the store. It must reach the
     *     primary. The pool may be used for the register alone
     */
    public static RegisterSource of(DataSource connections, RowName row) {
        return of(connections, row, TIMEOUT);
    }

    /** Returns a register over the host's connections with another timeout; 0 keeps the timeout of the connections. */
    public static RegisterSource of(DataSource connections, RowName row, Duration timeout) {
        return runtime -> new PostgresRegister(new HostConnections(connections, timeout), row, false, runtime);
    }

    /**
     * Returns a register for a URI: {@code postgresql://user@host:port/database?store=NAME}. The options {@code table},
     * {@code create=true} and those of the driver are optional. Passwords come from {@code ~/.pgpass}.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException if a part of the URI is wrong; the message names it
     */
    public static RegisterSource of(URI uri) {
        PostgresUri parsed = PostgresUri.parse(uri);
        return runtime -> new PostgresRegister(
                new KeptConnections(() -> connect(parsed.jdbcUrl())), parsed.row(), parsed.create(), runtime);
    }

    /** Connects without the driver manager, which is a static registry of the whole process. */
    private static Connection connect(String jdbcUrl) throws SQLException {
        Connection connection = new Driver().connect(jdbcUrl, new Properties());
        if (connection == null) {
            throw new StorageException("register: the PostgreSQL driver does not accept the URL " + jdbcUrl);
        }
        return connection;
    }
}
