package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestContext;

/** Kafka's rules for requests about configurations: each type of resource has its own right. */
final class ConfigAccess {

    private ConfigAccess() {}

    /** The error for a resource whose configuration the client may not use like this; {@link Errors#NONE} if it may. */
    static Errors check(Access access, RequestContext context, AclOperation operation, byte type, String name) {
        return switch (ConfigResource.Type.forId(type)) {
            case TOPIC ->
                access.topics(context, operation).test(name) ? Errors.NONE : Errors.TOPIC_AUTHORIZATION_FAILED;
            case GROUP ->
                access.groups(context, operation).test(name) ? Errors.NONE : Errors.GROUP_AUTHORIZATION_FAILED;
            default -> {
                try {
                    access.requireCluster(context, operation);
                    yield Errors.NONE;
                } catch (ApiException e) {
                    yield Errors.forException(e);
                }
            }
        };
    }
}
