package io.s3stream.kafka.access;

import io.s3stream.spi.metrics.Counter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;

/**
 * Decides whether the principal of a request may do something. Without access control every answer is yes. It owns
 * Kafka's authorizer. Thread-safe; no method blocks.
 *
 * <p>Kafka's logger {@code kafka.authorizer.logger} has a line for each denial, and the counter has their number. Methods
 * that only filter an answer say so: they neither log nor count.
 */
public final class Access implements AutoCloseable {

    private final Optional<StandardAuthorizer> authorizer;
    private final Counter denials;

    private Access(Optional<StandardAuthorizer> authorizer, Counter denials) {
        this.authorizer = authorizer;
        this.denials = denials;
    }

    /** Every principal may do everything. */
    public static Access unlimited() {
        return new Access(Optional.empty(), count -> {});
    }

    /**
     * Access control lists decide. The bindings are empty until {@link #follow}.
     *
     * @param denials counts refused operations
     */
    public static Access of(AccessConfig config, Counter denials) {
        StandardAuthorizer authorizer = new StandardAuthorizer();
        authorizer.configure(config.kafka());
        return new Access(Optional.of(authorizer), denials);
    }

    /** Kafka's authorizer, for Kafka's own coordinators; absent without access control. */
    public Optional<Authorizer> authorizer() {
        return authorizer.map(kafka -> kafka);
    }

    /** The bindings as the watch of the metadata reports them; absent without access control. */
    public Optional<AclIndex> follow() {
        return authorizer.map(AclIndex::new);
    }

    /** The topics that the client may use like this. */
    public Predicate<String> topics(RequestContext context, AclOperation operation) {
        return name -> may(context, operation, ResourceType.TOPIC, name, true);
    }

    /** The groups that the client may use like this. */
    public Predicate<String> groups(RequestContext context, AclOperation operation) {
        return id -> may(context, operation, ResourceType.GROUP, id, true);
    }

    /** The transactional ids that the client may use like this. */
    public Predicate<String> transactions(RequestContext context, AclOperation operation) {
        return id -> may(context, operation, ResourceType.TRANSACTIONAL_ID, id, true);
    }

    /** The resources of a type that the client may use like this. For filters. */
    public Predicate<String> filter(RequestContext context, AclOperation operation, ResourceType type) {
        return name -> may(context, operation, type, name, false);
    }

    /** Whether the client may do this to the whole cluster. For rules that have an alternative. */
    public boolean cluster(RequestContext context, AclOperation operation) {
        return may(context, operation, ResourceType.CLUSTER, Resource.CLUSTER_NAME, false);
    }

    /** @throws ClusterAuthorizationException the client may not do this to the whole cluster */
    public void requireCluster(RequestContext context, AclOperation operation) {
        if (!may(context, operation, ResourceType.CLUSTER, Resource.CLUSTER_NAME, true)) {
            throw new ClusterAuthorizationException("Request " + context.header.apiKey() + " is not authorized.");
        }
    }

    /** @throws GroupAuthorizationException the client may not do this to the group */
    public void requireGroup(RequestContext context, AclOperation operation, String group) {
        if (!groups(context, operation).test(group)) {
            throw GroupAuthorizationException.forGroupId(group);
        }
    }

    /** @throws TransactionalIdAuthorizationException the client may not do this to the transactional id */
    public void requireTransaction(RequestContext context, AclOperation operation, String id) {
        if (!transactions(context, operation).test(id)) {
            throw new TransactionalIdAuthorizationException("Transactional Id authorization failed.");
        }
    }

    /**
     * Whether the client may get the id of an idempotent producer: explicitly, or because it may write to any topic.
     *
     * @throws ClusterAuthorizationException it may not
     */
    public void requireIdempotentWrite(RequestContext context) {
        boolean isAllowed = authorizer.isEmpty()
                || cluster(context, AclOperation.IDEMPOTENT_WRITE)
                || authorizer.get().authorizeByResourceType(context, AclOperation.WRITE, ResourceType.TOPIC)
                        == AuthorizationResult.ALLOWED;
        if (!isAllowed) {
            requireCluster(context, AclOperation.IDEMPOTENT_WRITE); // logs and counts the denial
        }
    }

    /** The operations that the client may do, as a bit set of the protocol. */
    public int operations(RequestContext context, ResourceType type, String name) {
        Set<Byte> allowed = new HashSet<>();
        for (AclOperation operation : Operations.of(type)) {
            if (may(context, operation, type, name, false)) {
                allowed.add(operation.code());
            }
        }
        return Utils.to32BitField(allowed);
    }

    /** The operations on the whole cluster that the client may do: none unless it may describe the cluster. */
    public int clusterOperations(RequestContext context) {
        return cluster(context, AclOperation.DESCRIBE)
                ? operations(context, ResourceType.CLUSTER, Resource.CLUSTER_NAME)
                : 0;
    }

    private boolean may(
            RequestContext context, AclOperation operation, ResourceType type, String name, boolean isReported) {
        if (authorizer.isEmpty()) {
            return true;
        }
        Action action =
                new Action(operation, new ResourcePattern(type, name, PatternType.LITERAL), 1, isReported, isReported);
        boolean isAllowed = authorizer.get().authorize(context, List.of(action)).get(0) == AuthorizationResult.ALLOWED;
        if (!isAllowed && isReported) {
            denials.add(1);
        }
        return isAllowed;
    }

    @Override
    public void close() {
        authorizer.ifPresent(kafka -> {
            try {
                kafka.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
