package io.s3stream.register.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.metadata.RegisterSource;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUriTest {

    @Test
    void serverUserRowAndOptionsAreDistinguished() {
        PostgresUri uri = PostgresUri.parse(URI.create(
                "postgresql://me@db-1:5433,db-2/metadata?store=prod%2Fa&table=ops.heads&create=true&socketTimeout=3"));

        assertThat(uri.row()).isEqualTo(new RowName("ops.heads", "prod/a"));
        assertThat(uri.create()).isTrue();
        assertThat(uri.jdbcUrl())
                .startsWith("jdbc:postgresql://db-1:5433,db-2/metadata?")
                .contains("user=me", "socketTimeout=3", "connectTimeout=5", "targetServerType=primary")
                .doesNotContain("store", "create", "socketTimeout=10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"postgresql://h/d?store=s", "jdbc:postgresql://h/d?store=s", "JDBC:postgresql://h/d?store=s"})
    void bothSchemesMeanTheSame(String uri) {
        assertThat(PostgresUri.parse(URI.create(uri)))
                .isEqualTo(PostgresUri.parse(URI.create("postgresql://h/d?store=s")))
                .extracting(PostgresUri::row)
                .isEqualTo(RowName.of("s"));
    }

    @Test
    void schemeFindsModule() {
        assertThat(RegisterSource.of(URI.create("postgresql://h/d?store=s"))).isNotNull();
        assertThatThrownBy(() -> RegisterSource.of(URI.create("etcd://h/d")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("scheme=etcd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://h/d | no store=NAME",
                "postgresql://h/d?store= | store=''",
                "postgresql://h/d?store=%20 | store=' '",
                "postgresql://h?store=s | no host and database",
                "postgresql:///d?store=s | no host and database",
                "postgresql://h/?store=s | no host and database",
                "postgresql://h/d/e?store=s | no host and database",
                "jdbc:mysql://h/d?store=s | must begin with postgresql://",
                "postgresql:d?store=s | must begin with postgresql://",
                "postgresql://h/d?store=s&store=t | option store is given twice",
                "postgresql://h/d?store=s&create=1 | create=1 must be true or false",
                "postgresql://h/d?store=s&colour=red | option colour is neither",
                "postgresql://h/d?store=s&table=a;b | table=a;b",
                "postgresql://h/d?store=s&table=A | table=A",
                "postgresql://h/d?store | option 'store' has no value",
            })
    void invalidUriIsRefusedWithItsProblem(String uri, String message) {
        assertThatThrownBy(() -> PostgresUri.parse(URI.create(uri)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://me:s3cret@h/d?store=s",
                "postgresql://h/d?store=s&password=s3cret",
                "jdbc:postgresql://h/d?store=s&sslpassword=s3cret"
            })
    void passwordInUriIsRefusedAndNotRepeated(String uri) {
        assertThatThrownBy(() -> PostgresUri.parse(URI.create(uri)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("pgpass")
                .hasMessageNotContaining("s3cret");
    }
}
