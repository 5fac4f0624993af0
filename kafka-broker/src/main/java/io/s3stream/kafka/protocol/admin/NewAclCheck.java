package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.AclStore;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Kafka's rules for a binding that a client creates. */
final class NewAclCheck {

    private NewAclCheck() {}

    /**
     * Returns the binding.
     *
     * @throws InvalidRequestException the binding is wrong; names the value and the remedy
     */
    static AclBinding checked(AclBinding binding) {
        if (binding.isUnknown()) {
            throw new InvalidRequestException(
                    "the binding " + binding + " has an element that this broker does not know");
        }
        ResourcePattern pattern = binding.pattern();
        AccessControlEntry entry = binding.entry();
        // The constructors of both classes have refused ANY for all types but that of the pattern.
        if (pattern.patternType() != PatternType.LITERAL && pattern.patternType() != PatternType.PREFIXED) {
            throw new InvalidRequestException(
                    "Invalid patternType " + pattern.patternType() + ": must be LITERAL or PREFIXED");
        }
        if (pattern.name().isEmpty()) {
            throw new InvalidRequestException("Resource name should not be empty");
        }
        if (pattern.resourceType() == ResourceType.CLUSTER && !pattern.name().equals(Resource.CLUSTER_NAME)) {
            throw new InvalidRequestException(
                    "The only valid name for the CLUSTER resource is " + Resource.CLUSTER_NAME);
        }
        if (entry.principal().indexOf(':') < 0) {
            throw new InvalidRequestException("Could not parse principal from `" + entry.principal()
                    + "` (no colon is present separating the principal type from the principal name)");
        }
        int characters = pattern.name().length()
                + entry.principal().length()
                + entry.host().length();
        if (characters > AclStore.MAX_CHARACTERS) {
            throw new InvalidRequestException("resource name, principal and host have " + characters
                    + " characters together: at most " + AclStore.MAX_CHARACTERS + " are possible");
        }
        return binding;
    }
}
