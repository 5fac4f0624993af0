package io.s3stream.kafka.access;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * How access is controlled. All brokers of a cluster need the same values.
 *
 * @param superUsers the names of users that may do everything. The user that brokers authenticate as must be included
 * @param allowsWithoutAcl whether a resource without a binding is open to all users
 */
public record AccessConfig(Set<String> superUsers, boolean allowsWithoutAcl) {

    private static final String USER = KafkaPrincipal.USER_TYPE + ":";

    /** Names may have the prefix {@code User:}, as in Kafka's configuration. */
    public AccessConfig {
        Set<String> names = new LinkedHashSet<>();
        for (String user : superUsers) {
            String name = user.startsWith(USER) ? user.substring(USER.length()) : user;
            if (name.isBlank() || name.contains(";")) {
                throw new IllegalArgumentException(
                        "super user '" + user + "': must be the name of a user, without a semicolon");
            }
            names.add(name);
        }
        superUsers = Set.copyOf(names);
    }

    /** The same configuration with one more super user. */
    public AccessConfig withSuperUser(String name) {
        List<String> all = new ArrayList<>(superUsers);
        all.add(name);
        return new AccessConfig(new LinkedHashSet<>(all), allowsWithoutAcl);
    }

    /** The configuration of Kafka's authorizer. */
    Map<String, String> kafka() {
        return Map.of(
                StandardAuthorizer.SUPER_USERS_CONFIG,
                String.join(";", superUsers.stream().map(name -> USER + name).toList()),
                StandardAuthorizer.ALLOW_EVERYONE_IF_NO_ACL_IS_FOUND_CONFIG,
                Boolean.toString(allowsWithoutAcl));
    }
}
