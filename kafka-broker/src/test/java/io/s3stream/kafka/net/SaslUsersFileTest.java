package io.s3stream.kafka.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of users is read again when it has changed and is complete. */
class SaslUsersFileTest {

    @TempDir
    Path dir;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(dir.resolve("users"), "broker:one\n");
    }

    private static boolean isUser(SaslUsers users, String name, String password) throws SaslException {
        SaslServer server = users.server(SaslUsers.PLAIN);
        try {
            server.evaluateResponse(("\0" + name + "\0" + password).getBytes(StandardCharsets.UTF_8));
            return server.isComplete();
        } catch (SaslAuthenticationException e) {
            return false;
        }
    }

    @Test
    void changeCountsWhenTwoLooksFindTheSameFile() throws IOException {
        try (SaslUsersFile followed = new SaslUsersFile(file)) {
            Files.writeString(file, "broker:one\nali");
            followed.look();
            Files.writeString(file, "broker:one\nalice:secret\n");
            followed.look();
            assertThat(isUser(followed.users(), "alice", "secret")).isFalse();
            followed.look();
            assertThat(isUser(followed.users(), "alice", "secret")).isTrue();
            assertThat(isUser(followed.users(), "broker", "one")).isTrue();
            Files.writeString(file, "broker:one\n");
            followed.look();
            followed.look();
            assertThat(isUser(followed.users(), "alice", "secret")).isFalse();
        }
    }

    @Test
    void faultAndAnotherFirstUserChangeNothing() throws IOException {
        try (SaslUsersFile followed = new SaslUsersFile(file)) {
            for (String wrong : new String[] {"no colon here\n", "alice:secret\nbroker:one\n", ""}) {
                Files.writeString(file, wrong);
                followed.look();
                followed.look();
                assertThat(isUser(followed.users(), "broker", "one")).isTrue();
                assertThat(isUser(followed.users(), "alice", "secret")).isFalse();
            }
            Files.delete(file);
            followed.look();
            assertThat(isUser(followed.users(), "broker", "one")).isTrue();
        }
    }
}
