package io.s3stream.kafka.protocol;

import io.s3stream.api.FetchResult;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.LeasedRecords;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.RequestContext;

/**
 * Fetch. Records go from the store's leases to the socket without a copy. Sessions are not kept: each response says so,
 * and the client then names all its partitions in each request.
 */
public final class FetchApi {

    private final Cluster cluster;

    public FetchApi(Cluster cluster) {
        this.cluster = cluster;
    }

    public CompletableFuture<KafkaResponse> fetch(RequestContext context, FetchRequest request) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, request.maxWait()));
        return new Attempt(request).run(deadline);
    }

    /** A partition of the request, and what was read of it. Confined to one attempt. */
    private final class Part {
        final PartitionData response;
        final long offset;
        final int maxBytes;
        final Optional<PartitionLog> log;

        Part(Optional<Topic> topic, boolean byId, FetchPartition wanted) {
            response = new PartitionData().setPartitionIndex(wanted.partition()).setRecords(MemoryRecords.EMPTY);
            offset = wanted.fetchOffset();
            maxBytes = wanted.partitionMaxBytes();
            boolean exists = topic.isPresent()
                    && wanted.partition() >= 0
                    && wanted.partition() < topic.get().partitions().size();
            log = exists ? cluster.log(topic.get().partitions().get(wanted.partition())) : Optional.empty();
            if (!exists) {
                fail(byId && topic.isEmpty() ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION);
            } else if (log.isEmpty()) {
                fail(Errors.NOT_LEADER_OR_FOLLOWER);
            } else {
                Errors stale = LeaderEpochs.check(wanted.currentLeaderEpoch(), log.get());
                if (stale != Errors.NONE) {
                    fail(stale);
                }
            }
        }

        void fail(Errors error) {
            response.setErrorCode(error.code()).setHighWatermark(FetchResponse.INVALID_HIGH_WATERMARK);
        }

        boolean isRead() {
            return response.errorCode() == Errors.NONE.code();
        }
    }

    /** One pass over the partitions of a request. If it finds too little, it waits and another one follows. */
    private final class Attempt {
        final FetchRequest request;
        final FetchResponseData data = new FetchResponseData();
        final List<Part> parts = new ArrayList<>();
        final List<FetchResult> leases = new ArrayList<>();
        long bytes;

        Attempt(FetchRequest request) {
            this.request = request;
        }

        CompletableFuture<KafkaResponse> run(long deadline) {
            for (FetchTopic wanted : request.data().topics()) {
                boolean byId = request.version() >= 13;
                Optional<Topic> topic = byId
                        ? cluster.view().topic(wanted.topicId())
                        : cluster.view().topic(wanted.topic());
                FetchableTopicResponse response =
                        new FetchableTopicResponse().setTopic(wanted.topic()).setTopicId(wanted.topicId());
                data.responses().add(response);
                for (FetchPartition partition : wanted.partitions()) {
                    Part part = new Part(topic, byId, partition);
                    parts.add(part);
                    response.partitions().add(part.response);
                }
            }
            return read(0).thenCompose(done -> {
                long left = deadline - System.nanoTime();
                boolean isEnough = bytes >= request.minBytes()
                        || left <= 0
                        || parts.stream().anyMatch(part -> !part.isRead());
                if (isEnough) {
                    return CompletableFuture.completedFuture(
                            new KafkaResponse(FetchResponse.of(data), () -> leases.forEach(FetchResult::close)));
                }
                leases.forEach(FetchResult::close);
                return moreOrTimeout(left).thenCompose(more -> new Attempt(request).run(deadline));
            });
        }

        /** Reads one partition after the other, while the response has room. */
        private CompletableFuture<Void> read(int index) {
            if (index == parts.size()) {
                return CompletableFuture.completedFuture(null);
            }
            Part part = parts.get(index);
            if (!part.isRead()) {
                return read(index + 1);
            }
            PartitionLog log = part.log.orElseThrow();
            boolean isCommitted = request.isolationLevel() == IsolationLevel.READ_COMMITTED;
            long stable = log.lastStableOffset(); // first: it never exceeds a later high watermark
            long highWatermark = log.highWatermark();
            long end = isCommitted ? stable : highWatermark;
            part.response
                    .setHighWatermark(highWatermark)
                    .setLastStableOffset(stable)
                    .setLogStartOffset(log.startOffset());
            if (isCommitted) {
                part.response.setAbortedTransactions(new ArrayList<>());
            }
            long room = Math.min(part.maxBytes, request.maxBytes() - bytes);
            boolean isAtEnd = part.offset >= end && part.offset <= highWatermark;
            if (isAtEnd || room <= 0 && bytes > 0) {
                return read(index + 1);
            }
            return log.fetch(part.offset, end, (int) Math.max(1, room))
                    .handle((result, error) -> {
                        if (error != null) {
                            part.fail(StoreErrors.of(error));
                        } else {
                            leases.add(result);
                            LeasedRecords records = new LeasedRecords(result);
                            bytes += records.sizeInBytes();
                            part.response.setRecords(records);
                            if (isCommitted) {
                                addAborted(part, log, result.nextOffset());
                            }
                        }
                        return null;
                    })
                    .thenCompose(nothing -> read(index + 1));
        }

        /** The client drops the records of these transactions. */
        private void addAborted(Part part, PartitionLog log, long end) {
            for (io.s3stream.kafka.producers.AbortedTransaction aborted : log.abortedTransactions(part.offset, end)) {
                part.response
                        .abortedTransactions()
                        .add(new AbortedTransaction()
                                .setProducerId(aborted.producerId())
                                .setFirstOffset(aborted.firstOffset()));
            }
        }

        private CompletableFuture<Void> moreOrTimeout(long nanos) {
            List<CompletableFuture<Void>> waits = new ArrayList<>();
            for (Part part : parts) {
                long end = part.response.highWatermark();
                waits.add(part.log.orElseThrow().stream().whenDurable(end + 1));
            }
            CompletableFuture<Void> any = new CompletableFuture<>();
            waits.forEach(wait -> wait.whenComplete((nothing, error) -> any.complete(null)));
            any.completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
            any.whenComplete((nothing, error) -> waits.forEach(wait -> wait.cancel(false)));
            return any;
        }
    }
}
