package io.s3stream.kafka;

import io.s3stream.kafka.access.AccessConfig;
import io.s3stream.kafka.net.NetworkConfig;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of the command line for access control. */
final class AccessFlags {

    @Option(
            names = "--acl",
            description = "Refuse each operation that no access control list permits. Clients must authenticate: needs "
                    + "--sasl-users or --tls-client-ca.")
    private boolean isControlled;

    @Option(
            names = "--super-user",
            paramLabel = "NAME",
            description = "User that may do everything, with --acl; may be given several times. Always super users: "
                    + "the first user of --sasl-users, or else the subject of --tls-certificate.")
    private Set<String> superUsers = new LinkedHashSet<>();

    @Option(
            names = "--acl-allow-if-none",
            description = "With --acl: a resource that no access control list names is open to all users.")
    private boolean allowsWithoutAcl;

    /**
     * The access control that the options describe, with the user of other brokers as a super user.
     *
     * @throws IOException the certificate cannot be read
     * @throws IllegalArgumentException names option, value and remedy
     */
    Optional<AccessConfig> config(NetworkConfig network, NetworkFlags flags) throws IOException {
        if (!isControlled) {
            if (!superUsers.isEmpty() || allowsWithoutAcl) {
                throw new IllegalArgumentException("--super-user and --acl-allow-if-none need --acl");
            }
            return Optional.empty();
        }
        AccessConfig config = new AccessConfig(superUsers, allowsWithoutAcl);
        if (network.users().isPresent()) {
            return Optional.of(config.withSuperUser(network.users().get().peer()));
        }
        if (!flags.demandsCertificates()) {
            throw new IllegalArgumentException(
                    "--acl: clients are not known without authentication; add --sasl-users or --tls-client-ca");
        }
        return Optional.of(config.withSuperUser(flags.subject()));
    }
}
