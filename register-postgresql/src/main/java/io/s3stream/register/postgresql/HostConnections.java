package io.s3stream.register.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** Connections of a pool of the host's, which stays the host's. */
final class HostConnections implements Connections {

    private final DataSource source;
    private final Duration timeout;

    /** @param timeout after which a server that does not answer has failed; 0: as the source has it */
    HostConnections(DataSource source, Duration timeout) {
        this.source = source;
        this.timeout = timeout;
    }

    @Override
    public Connection take() throws SQLException {
        Connection connection = source.getConnection();
        try {
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            if (!timeout.isZero()) {
                // Pools set it back to theirs, as they do with auto-commit.
                connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeout.toMillis()));
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            try (connection) {
                throw e;
            }
        }
    }

    @Override
    public void giveBack(Connection connection) throws SQLException {
        connection.close();
    }

    /** A pool looks itself whether a connection is still good. */
    @Override
    public void discard(Connection connection) throws SQLException {
        connection.close();
    }

    @Override
    public void close() {}
}
