package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.access.AclIndex;
import io.s3stream.kafka.access.AclStore;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import io.s3stream.kafka.protocol.StoreErrors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.message.CreateAclsRequestData.AclCreation;
import org.apache.kafka.common.message.CreateAclsResponseData;
import org.apache.kafka.common.message.CreateAclsResponseData.AclCreationResult;
import org.apache.kafka.common.message.DeleteAclsResponseData;
import org.apache.kafka.common.message.DeleteAclsResponseData.DeleteAclsFilterResult;
import org.apache.kafka.common.message.DescribeAclsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.CreateAclsRequest;
import org.apache.kafka.common.requests.CreateAclsResponse;
import org.apache.kafka.common.requests.DeleteAclsRequest;
import org.apache.kafka.common.requests.DeleteAclsResponse;
import org.apache.kafka.common.requests.DescribeAclsRequest;
import org.apache.kafka.common.requests.DescribeAclsResponse;
import org.apache.kafka.common.requests.RequestContext;

/**
 * CreateAcls, DescribeAcls and DeleteAcls. They read and change the bindings in the store, so each broker answers them
 * alike. A change is answered when this broker applies it.
 */
final class AclApi {

    private final Access access;
    private final Optional<AclIndex> index;
    private final AclStore bindings;
    private final Cluster cluster;

    /** @param index the bindings that this broker applies; absent without access control */
    AclApi(Access access, Optional<AclIndex> index, AclStore bindings, Cluster cluster) {
        this.access = access;
        this.index = index;
        this.bindings = bindings;
        this.cluster = cluster;
    }

    private AclIndex authorized(RequestContext context, AclOperation operation) {
        access.requireCluster(context, operation);
        return index.orElseThrow(
                () -> new SecurityDisabledException("Access control is off: start brokers with --acl."));
    }

    CompletableFuture<KafkaResponse> create(RequestContext context, CreateAclsRequest request) {
        AclIndex applied = authorized(context, AclOperation.ALTER);
        List<AclCreationResult> results = new ArrayList<>();
        List<AclCreationResult> pending = new ArrayList<>();
        Set<AclBinding> valid = new LinkedHashSet<>();
        for (AclCreation creation : request.aclCreations()) {
            AclCreationResult result = new AclCreationResult();
            results.add(result);
            try {
                valid.add(NewAclCheck.checked(CreateAclsRequest.aclBinding(creation)));
                pending.add(result);
            } catch (ApiException | IllegalArgumentException e) {
                ApiError error = new ApiError(Errors.INVALID_REQUEST, e.getMessage());
                result.setErrorCode(error.error().code()).setErrorMessage(error.message());
            }
        }
        requireFewer(valid.size());
        List<Long> created = new ArrayList<>();
        CompletableFuture<?> creating =
                cluster.change(bindings.create(valid).thenAccept(created::addAll), view -> applied.hasAll(created));
        return creating.handle((done, error) -> {
            if (error != null) {
                pending.forEach(result -> result.setErrorCode(
                                StoreErrors.ofChange(error).code())
                        .setErrorMessage(StoreErrors.message(error)));
            }
            return KafkaResponse.of(new CreateAclsResponse(new CreateAclsResponseData().setResults(results)));
        });
    }

    private static void requireFewer(int changes) {
        if (changes > AclStore.MAX_CHANGES) {
            throw new InvalidRequestException("the request changes " + changes + " bindings: at most "
                    + AclStore.MAX_CHANGES + " are possible in one request; send several");
        }
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, DescribeAclsRequest request) {
        authorized(context, AclOperation.DESCRIBE);
        AclBindingFilter filter = request.filter();
        return Answers.of(
                request,
                bindings.all(),
                all -> new DescribeAclsResponse(
                        new DescribeAclsResponseData()
                                .setResources(DescribeAclsResponse.aclsResources(all.values().stream()
                                        .filter(filter::matches)
                                        .toList())),
                        request.version()));
    }

    CompletableFuture<KafkaResponse> delete(RequestContext context, DeleteAclsRequest request) {
        AclIndex applied = authorized(context, AclOperation.ALTER);
        return Answers.of(
                request,
                bindings.all().thenCompose(all -> delete(applied, all, request.filters())),
                results -> new DeleteAclsResponse(
                        new DeleteAclsResponseData().setFilterResults(results), request.version()));
    }

    private CompletableFuture<List<DeleteAclsFilterResult>> delete(
            AclIndex applied, Map<Long, AclBinding> all, List<AclBindingFilter> filters) {
        List<DeleteAclsFilterResult> results = new ArrayList<>();
        Set<Long> streams = new HashSet<>();
        for (AclBindingFilter filter : filters) {
            DeleteAclsFilterResult result = new DeleteAclsFilterResult();
            results.add(result);
            all.forEach((stream, binding) -> {
                if (filter.matches(binding)) {
                    streams.add(stream);
                    result.matchingAcls().add(DeleteAclsResponse.matchingAcl(binding, ApiError.NONE));
                }
            });
        }
        requireFewer(streams.size());
        return cluster.change(bindings.delete(streams), view -> applied.hasNone(streams))
                .thenApply(done -> results);
    }
}
