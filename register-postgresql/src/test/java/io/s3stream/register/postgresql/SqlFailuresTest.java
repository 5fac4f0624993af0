package io.s3stream.register.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StreamException;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailuresTest {

    @ParameterizedTest
    @CsvSource({
        "42P01, false, CREATE TABLE", "3F000, false, CREATE TABLE", "42501, false, 'GRANT SELECT, INSERT, UPDATE'",
        "42703, false, must be that of", "28P01, false, password", "3D000, false, database",
        "08006, true, SQLSTATE 08006", "57P01, true, SQLSTATE 57P01", "53300, true, SQLSTATE 53300",
        "25006, true, SQLSTATE 25006", ", true, SQLSTATE null"
    })
    void onlyTransientFailuresAreRetriable(String state, boolean retriable, String says) {
        StreamException failure = SqlFailures.of(new SQLException("no", state), RowName.of("s"));

        assertThat(failure.isRetriable()).isEqualTo(retriable);
        assertThat(failure).hasMessageContainingAll("table s3stream_register store s", says);
    }
}
