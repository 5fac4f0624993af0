package io.s3stream.kafka.protocol;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.RequestContext;

/**
 * Fetch. Records go from the store's leases to the socket without a copy. Sessions are not kept: each response says so,
 * and the client then names all its partitions in each request. A response is never larger than the client permits,
 * unless its first batch alone is.
 */
public final class FetchApi implements AutoCloseable {

    private final Cluster cluster;
    private final Access access;
    private final LeaderHints hints;
    private final AppendWatches watches = new AppendWatches();

    public FetchApi(Cluster cluster, Access access) {
        this.cluster = cluster;
        this.access = access;
        this.hints = new LeaderHints(cluster);
    }

    public CompletableFuture<KafkaResponse> fetch(RequestContext context, FetchRequest request) {
        if (request.metadata().sessionId() != 0) {
            FetchResponseData data = new FetchResponseData().setErrorCode(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
            return CompletableFuture.completedFuture(KafkaResponse.of(FetchResponse.of(data)));
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, request.maxWait()));
        Attempts attempts = new Attempts(context, request, deadline);
        attempts.begin();
        return attempts.answer;
    }

    /** The readings of one request, until one finds enough. */
    private final class Attempts {
        final RequestContext context;
        final FetchRequest request;
        final long deadline;
        final Trampoline trampoline = new Trampoline();
        final CompletableFuture<KafkaResponse> answer = new CompletableFuture<>();

        Attempts(RequestContext context, FetchRequest request, long deadline) {
            this.context = context;
            this.request = request;
            this.deadline = deadline;
        }

        void begin() {
            trampoline.run(() -> guarded(this::read));
        }

        /** Without an answer the client would wait until its own timeout. */
        private void guarded(Runnable step) {
            try {
                step.run();
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        }

        /** Reads all partitions once. */
        private void read() {
            FetchResponseData data = new FetchResponseData();
            FetchRound round = new FetchRound(parts(context, request, data), request.maxBytes());
            round.read().whenComplete((done, error) -> guarded(() -> answerOrWait(data, round)));
        }

        /** If there is too little, waits for an append and reads again. */
        private void answerOrWait(FetchResponseData data, FetchRound round) {
            long left = deadline - System.nanoTime();
            if (round.fill() >= request.minBytes() || left <= 0 || round.hasErrors() || watches.isClosed()) {
                if (round.hasErrors()) {
                    hints.add(data, request.version());
                }
                answer.complete(KafkaResponse.of(FetchResponse.of(data), round::release));
                return;
            }
            round.release();
            watches.await(round.parts(), left).thenRun(this::begin);
        }
    }

    private List<FetchPart> parts(RequestContext context, FetchRequest request, FetchResponseData data) {
        List<FetchPart> parts = new ArrayList<>();
        boolean byId = request.version() >= 13;
        Predicate<String> isPermitted = access.topics(context, AclOperation.READ);
        for (FetchTopic wanted : request.data().topics()) {
            TopicLookup topic = byId
                    ? TopicLookup.byId(cluster.view(), wanted.topicId(), isPermitted)
                    : TopicLookup.byName(cluster.view(), wanted.topic(), isPermitted);
            FetchableTopicResponse response =
                    new FetchableTopicResponse().setTopic(wanted.topic()).setTopicId(wanted.topicId());
            data.responses().add(response);
            for (FetchPartition partition : wanted.partitions()) {
                PartitionLookup found = PartitionLookup.of(cluster, topic, partition.partition())
                        .ifEpoch(partition.currentLeaderEpoch());
                FetchPart part = new FetchPart(found, partition, request.isolationLevel());
                parts.add(part);
                response.partitions().add(part.response());
            }
        }
        return parts;
    }

    /** Ends all waits: the requests are answered with the records that there are. */
    @Override
    public void close() {
        watches.close();
    }
}
