package io.s3stream.kafka.protocol.groups;

import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.utils.Utils;

/** The operations on groups that every client is allowed: there is no authorizer. */
final class GroupOperations {

    /** As a bit set of the protocol. */
    static final int ALL = Utils.to32BitField(Set.of(
            AclOperation.READ.code(),
            AclOperation.DELETE.code(),
            AclOperation.DESCRIBE.code(),
            AclOperation.DESCRIBE_CONFIGS.code(),
            AclOperation.ALTER_CONFIGS.code()));

    private GroupOperations() {}
}
