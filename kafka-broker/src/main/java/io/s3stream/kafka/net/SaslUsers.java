package io.s3stream.kafka.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslServer;
import org.apache.kafka.common.security.plain.PlainAuthenticateCallback;
import org.apache.kafka.common.security.plain.internals.PlainSaslServer;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.apache.kafka.common.security.scram.internals.ScramSaslClient;
import org.apache.kafka.common.security.scram.internals.ScramSaslServer;
import org.jspecify.annotations.Nullable;

/**
 * The users that may connect, and Kafka's own servers of the SASL mechanisms for them. It owns the present users, which
 * {@link SaslUsersFile} may replace. Thread-safe.
 */
public final class SaslUsers {

    /** The name of the mechanism that sends the password itself. */
    static final String PLAIN = "PLAIN";

    /** The mechanisms that clients may choose. */
    static final List<String> MECHANISMS =
            List.of(PLAIN, ScramMechanism.SCRAM_SHA_256.mechanismName(), ScramMechanism.SCRAM_SHA_512.mechanismName());

    private static final int ITERATIONS = 4096;

    private volatile Users present;

    /**
     * The users at one time.
     *
     * @param passwords in the order of the file
     */
    private record Users(Map<String, byte[]> passwords, Map<ScramMechanism, Map<String, ScramCredential>> credentials) {

        static Users of(Map<String, String> users) {
            Map<String, byte[]> passwords = new LinkedHashMap<>();
            users.forEach((user, password) -> passwords.put(user, password.getBytes(StandardCharsets.UTF_8)));
            Map<ScramMechanism, Map<String, ScramCredential>> credentials = new HashMap<>();
            for (ScramMechanism mechanism : List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
                Map<String, ScramCredential> derived = new HashMap<>();
                users.forEach((user, password) -> derived.put(user, credential(mechanism, password)));
                credentials.put(mechanism, derived);
            }
            return new Users(passwords, credentials);
        }
    }

    private SaslUsers(Map<String, String> users) {
        present = Users.of(users);
    }

    /**
     * Takes other users from now on.
     *
     * @throws IllegalArgumentException the first user is another one
     */
    void replace(SaslUsers others) {
        if (!others.peer().equals(peer())) {
            throw new IllegalArgumentException("the first user is " + others.peer() + " instead of " + peer()
                    + ": brokers authenticate as the first user, which changes with a restart of all brokers only");
        }
        present = others.present;
    }

    /** The number of users. */
    int count() {
        return present.passwords.size();
    }

    /** Users with their passwords. Derives a credential for each SCRAM mechanism, which takes milliseconds a user. */
    public static SaslUsers of(Map<String, String> passwords) {
        return new SaslUsers(passwords);
    }

    /**
     * Reads users from a file: one {@code USER:PASSWORD} in each line. Empty lines and lines with {@code #} are ignored.
     *
     * @throws IOException names the file, the line and the remedy
     */
    public static SaslUsers read(Path file) throws IOException {
        Map<String, String> users = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1 || colon == line.length() - 1) {
                throw new IOException(file + " line " + number + ": must be USER:PASSWORD");
            }
            if (users.put(line.substring(0, colon), line.substring(colon + 1)) != null) {
                throw new IOException(file + " line " + number + ": names user " + line.substring(0, colon)
                        + " once more; remove one of the lines");
            }
        }
        if (users.isEmpty()) {
            throw new IOException(file + " has no user: add a line USER:PASSWORD, or omit --sasl-users");
        }
        return new SaslUsers(users);
    }

    private static ScramCredential credential(ScramMechanism mechanism, String password) {
        try {
            return new ScramFormatter(mechanism).generateCredential(password, ITERATIONS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK lacks " + mechanism.hashAlgorithm(), e);
        }
    }

    /** A server for one authentication with a mechanism of {@link #MECHANISMS}. */
    SaslServer server(String mechanism) {
        if (mechanism.equals(PLAIN)) {
            return new PlainSaslServer(callbacks(present.passwords, Map.of()));
        }
        Users users = present;
        ScramMechanism scram = ScramMechanism.forMechanismName(mechanism);
        try {
            return new ScramSaslServer(
                    scram, Map.of(), callbacks(users.passwords, users.credentials.getOrDefault(scram, Map.of())));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK lacks " + scram.hashAlgorithm(), e);
        }
    }

    /** The first user: brokers authenticate with each other as this one. */
    public String peer() {
        return present.passwords.keySet().iterator().next();
    }

    /** A client for one authentication with another broker, as the first user. */
    public SaslClient login() {
        Map.Entry<String, byte[]> user = present.passwords.entrySet().iterator().next();
        char[] password = new String(user.getValue(), StandardCharsets.UTF_8).toCharArray();
        try {
            return new ScramSaslClient(ScramMechanism.SCRAM_SHA_512, callbacks -> {
                for (Callback callback : callbacks) {
                    if (callback instanceof NameCallback name) {
                        name.setName(user.getKey());
                    } else if (callback instanceof PasswordCallback wanted) {
                        wanted.setPassword(password);
                    } else {
                        throw new UnsupportedCallbackException(callback);
                    }
                }
            });
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK lacks SHA-512", e);
        }
    }

    private static CallbackHandler callbacks(Map<String, byte[]> passwords, Map<String, ScramCredential> scram) {
        return callbacks -> {
            String user = "";
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback name) {
                    user = name.getDefaultName();
                } else if (callback instanceof PlainAuthenticateCallback plain) {
                    plain.authenticated(isPassword(passwords.get(user), plain.password()));
                } else if (callback instanceof ScramCredentialCallback credential) {
                    credential.scramCredential(scram.get(user));
                } else {
                    throw new UnsupportedCallbackException(callback);
                }
            }
        };
    }

    /** Compares in a time that does not depend on the contents. */
    private static boolean isPassword(byte @Nullable [] expected, char[] given) {
        byte[] bytes = new String(given).getBytes(StandardCharsets.UTF_8);
        return expected != null && MessageDigest.isEqual(expected, bytes);
    }
}
