package io.s3stream.register.postgresql;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The server of {@code -Dpostgresql.uri=postgresql://role@host:port/database}, where {@code postgres} is the superuser.
 */
final class Server {

    private static final AtomicInteger ROWS = new AtomicInteger();

    private Server() {}

    static String uri() {
        String uri = System.getProperty("postgresql.uri");
        assumeTrue(uri != null, "-Dpostgresql.uri=postgresql://role@host:port/database, see .ci/postgresql");
        return uri;
    }

    /** Creates a row that no other test uses. */
    static String freshStore() {
        return ProcessHandle.current().pid() + "-" + System.nanoTime() + "-" + ROWS.incrementAndGet();
    }

    static String freshRow() {
        return uri() + "?create=true&store=" + freshStore();
    }

    static PGSimpleDataSource dataSource(String role) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:" + uri().replaceFirst("//[^@]*@", "//"));
        source.setUser(role);
        return source;
    }

    static void asSuperuser(String... statements) throws SQLException {
        try (Connection connection = dataSource("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }
}
