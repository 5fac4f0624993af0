package io.s3stream.register.postgresql;

import java.sql.Connection;
import java.sql.SQLException;

/** A source of connections. Thread-safe; called by threads that may block. */
interface Connections {

    /** Lends a connection in auto-commit mode to one caller, for one use. */
    Connection take() throws SQLException;

    /** Returns a connection after a use without failure. */
    void giveBack(Connection connection) throws SQLException;

    /** Returns a connection after a failure. Its state is unknown, so it must not be used again unchecked. */
    void discard(Connection connection) throws SQLException;

    void close();
}
