package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import io.s3stream.kafka.protocol.StoreErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.common.requests.RequestContext;

/** FindCoordinator. A type that has no locator is answered {@code INVALID_REQUEST}, as Kafka does. */
public final class CoordinatorApi {

    private final Map<CoordinatorType, CoordinatorLocator> locators;
    private final Access access;

    public CoordinatorApi(Map<CoordinatorType, CoordinatorLocator> locators, Access access) {
        this.access = access;
        this.locators = Map.copyOf(locators);
    }

    public CompletableFuture<KafkaResponse> find(RequestContext context, FindCoordinatorRequest request) {
        byte type = request.data().keyType();
        CoordinatorLocator locator = locators.entrySet().stream()
                .filter(entry -> entry.getKey().id() == type)
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        if (locator == null) {
            return Answers.now(request.getErrorResponse(
                    new InvalidRequestException("key type " + type + ": this broker has no such coordinators")));
        }
        boolean isGroup = type == CoordinatorType.GROUP.id();
        Predicate<String> isPermitted = isGroup
                ? access.groups(context, AclOperation.DESCRIBE)
                : access.transactions(context, AclOperation.DESCRIBE);
        Errors refused = isGroup ? Errors.GROUP_AUTHORIZATION_FAILED : Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
        if (request.version() < FindCoordinatorRequest.MIN_BATCHED_VERSION) {
            if (!isPermitted.test(request.data().key())) {
                return Answers.now(FindCoordinatorResponse.prepareOldResponse(refused, Node.noNode()));
            }
            return Answers.of(
                    request,
                    locator.locate(request.data().key()),
                    found -> FindCoordinatorResponse.prepareOldResponse(error(found), node(found)));
        }
        List<CompletableFuture<Coordinator>> searches = new ArrayList<>();
        for (String key : request.data().coordinatorKeys()) {
            if (!isPermitted.test(key)) {
                searches.add(CompletableFuture.completedFuture(
                        FindCoordinatorResponse.prepareCoordinatorResponse(refused, key, Node.noNode())));
                continue;
            }
            searches.add(locator.locate(key)
                    .handle((found, error) -> error == null
                            ? FindCoordinatorResponse.prepareCoordinatorResponse(error(found), key, node(found))
                            : FindCoordinatorResponse.prepareCoordinatorResponse(
                                    StoreErrors.of(error), key, Node.noNode())));
        }
        return CompletableFuture.allOf(searches.toArray(CompletableFuture[]::new))
                .thenApply(done -> KafkaResponse.of(new FindCoordinatorResponse(new FindCoordinatorResponseData()
                        .setCoordinators(
                                searches.stream().map(CompletableFuture::join).toList()))));
    }

    private static Errors error(Optional<BrokerAddress> found) {
        return found.isPresent() ? Errors.NONE : Errors.COORDINATOR_NOT_AVAILABLE;
    }

    private static Node node(Optional<BrokerAddress> found) {
        return found.map(broker -> new Node(broker.id(), broker.host(), broker.port()))
                .orElse(Node.noNode());
    }
}
