package io.s3stream.register.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** Takes connections from a pool that the host owns. Never closes the pool. */
final class HostConnections implements Connections {

    private final DataSource source;
    private final Duration timeout;

    /** @param timeout after which a server that does not answer has failed; 0 keeps the timeout of the source */
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
                // Pools reset the timeout to their own, as they reset auto-commit.
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

    /** Closes the connection: the pool itself checks whether it is still good. */
    @Override
    public void discard(Connection connection) throws SQLException {
        connection.close();
    }

    @Override
    public void close() {}
}
