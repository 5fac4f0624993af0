package io.s3stream.register.postgresql;

import java.sql.Connection;
import java.sql.SQLException;

/** Where connections come from. Thread-safe; called by threads that may block. */
interface Connections {

    /** One that nobody else has, in auto-commit mode, for one use. */
    Connection take() throws SQLException;

    /** Back after a use without a failure. */
    void giveBack(Connection connection) throws SQLException;

    /** Back after a failure: whatever it was, this connection may not be what it seems. */
    void discard(Connection connection) throws SQLException;

    void close();
}
