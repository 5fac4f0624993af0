package io.s3stream.register.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens connections and keeps them for the next use. Owns the idle ones. */
final class KeptConnections implements Connections {

    private static final Logger LOG = LoggerFactory.getLogger(KeptConnections.class);

    /** Opens a connection in auto-commit mode. */
    interface Opener {
        Connection open() throws SQLException;
    }

    private final Opener opener;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    KeptConnections(Opener opener) {
        this.opener = opener;
    }

    @Override
    public Connection take() throws SQLException {
        Connection kept;
        synchronized (idle) {
            kept = idle.poll();
        }
        return kept != null ? kept : opener.open();
    }

    @Override
    public void giveBack(Connection connection) throws SQLException {
        synchronized (idle) {
            if (!closed) {
                idle.push(connection);
                return;
            }
        }
        connection.close();
    }

    /** Also drops the idle connections: after a restart of the server they would fail, one after another. */
    @Override
    public void discard(Connection connection) {
        List<Connection> all = new ArrayList<>();
        synchronized (idle) {
            all.addAll(idle);
            idle.clear();
        }
        all.add(connection);
        all.forEach(KeptConnections::closeAny);
    }

    @Override
    public void close() {
        List<Connection> all;
        synchronized (idle) {
            closed = true;
            all = List.copyOf(idle);
            idle.clear();
        }
        all.forEach(KeptConnections::closeAny);
    }

    private static void closeAny(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("closing an unused connection failed", e);
        }
    }
}
