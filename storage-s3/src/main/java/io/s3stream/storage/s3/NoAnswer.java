package io.s3stream.storage.s3;

import io.s3stream.storage.s3.options.Timeouts;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** Explains why a request got no answer, and what to correct. Stateless. */
final class NoAnswer {

    private static final int MAX_LENGTH = 300;

    private NoAnswer() {}

    /** Returns whether the client found no credentials to sign a request with. */
    static boolean isWithoutCredentials(Throwable error) {
        return message(error).contains("Unable to load credentials");
    }

    static String explain(Throwable error, Place what) {
        if (isWithoutCredentials(error)) {
            return what
                    + ": no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role, or give"
                    + " S3Options a source of credentials";
        }
        String server = what.address().server();
        return what + " got no answer" + (server.isEmpty() ? "" : " from " + server) + ": " + reason(error, what);
    }

    private static String reason(Throwable error, Place what) {
        Timeouts timeouts = what.address().options().timeouts();
        for (Throwable at = error; at != null; at = at.getCause()) {
            String name = at.getClass().getSimpleName();
            if (at instanceof UnknownHostException) {
                return "the host name is unknown (" + oneLine(message(at))
                        + "); correct endpoint or region, check DNS,"
                        + " or set pathStyle=true if the store has no host names for buckets";
            }
            if (name.equals("ConnectTimeoutException") || message(at).contains("connection timed out")) {
                return "no connection within " + millis(timeouts.connect()) + " (connectTimeout); correct the endpoint,"
                        + " or let the firewall pass it";
            }
            if (at instanceof ConnectException) {
                return "connection refused; correct host and port of the endpoint, or start the server";
            }
            if (name.equals("NotSslRecordException")) {
                return "the server does not speak TLS at this port; write endpoint=http://… or the port of HTTPS";
            }
            if (at instanceof CertificateException || message(at).contains("PKIX path")) {
                return "the certificate of the server is not trusted (" + oneLine(message(at))
                        + "); name the file of its authority with caFile";
            }
        }
        for (Throwable at = error; at != null; at = at.getCause()) {
            String name = at.getClass().getSimpleName();
            if (name.equals("ReadTimeoutException") || message(at).startsWith("Read timed out")) {
                return "silence for " + millis(timeouts.read())
                        + " (readTimeout) in the last attempt; check the endpoint," + " and the network to it";
            }
            if (at instanceof ApiCallAttemptTimeoutException
                    && timeouts.attempt().compareTo(timeouts.call()) < 0) {
                return "no attempt ended within " + millis(timeouts.attempt())
                        + " (three tenths of callTimeout); check the endpoint, and the network to it";
            }
            if (at instanceof ApiCallTimeoutException || at instanceof ApiCallAttemptTimeoutException) {
                return "no success within " + millis(timeouts.call()) + " (callTimeout); check the endpoint, and the"
                        + " network to it";
            }
            if (isProtocolError(at, name)) {
                return what.address().isPlain()
                        ? "the server closed the connection (" + oneLine(root(error))
                                + "); if this is its port of HTTPS, write endpoint=https://…"
                        : "the TLS connection failed (" + oneLine(root(error))
                                + "); if this is a port of plain HTTP, write endpoint=http://… or the port of HTTPS";
            }
        }
        return oneLine(root(error));
    }

    private static boolean isProtocolError(Throwable at, String name) {
        return at instanceof SSLException
                || name.endsWith("ClosedChannelException")
                || message(at).contains("invalid version format")
                || message(at).contains("connection was closed")
                || message(at).contains("closed connection")
                || message(at).contains("Connection reset");
    }

    private static String root(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static String message(Throwable error) {
        return String.valueOf(error.getMessage());
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
    }
}
