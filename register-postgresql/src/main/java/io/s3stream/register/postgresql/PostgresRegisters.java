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

/** Registers in PostgreSQL, for {@code StreamStore.builder().register(…)}. */
public final class PostgresRegisters {

    /** How long a server may take to answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private PostgresRegisters() {}

    /**
     * A row, over connections of the host's. Each is used for one statement, two at a time at most, and waited for 10 s.
     *
     * @param connections usually a pool; stays the host's, and open as long as the store. It must reach the primary, and
     *     need not be used for anything else
     */
    public static RegisterSource of(DataSource connections, RowName row) {
        return of(connections, row, TIMEOUT);
    }

    /** The same with another limit; 0 leaves it to the connections. */
    public static RegisterSource of(DataSource connections, RowName row, Duration timeout) {
        return runtime -> new PostgresRegister(new HostConnections(connections, timeout), row, false, runtime);
    }

    /**
     * A row that a URI names: {@code postgresql://user@host:port/database?store=NAME}, with {@code table} and {@code
     * create=true} if need be, and options of the driver. Passwords are taken from {@code ~/.pgpass}.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException naming the part of the URI that is wrong
     */
    public static RegisterSource of(URI uri) {
        PostgresUri parsed = PostgresUri.parse(uri);
        return runtime -> new PostgresRegister(
                new KeptConnections(() -> connect(parsed.jdbcUrl())), parsed.row(), parsed.create(), runtime);
    }

    /** Not by the driver manager, which is a static registry of the whole process. */
    private static Connection connect(String jdbcUrl) throws SQLException {
        Connection connection = new Driver().connect(jdbcUrl, new Properties());
        if (connection == null) {
            throw new StorageException("register: the driver does not know what " + jdbcUrl + " names");
        }
        return connection;
    }
}
