package io.s3stream.wal.s3.fence;

import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.wal.s3.fence.PutJudge.Found;
import io.s3stream.wal.s3.fence.PutJudge.Settled;
import io.s3stream.wal.s3.request.AgreedReads;
import io.s3stream.wal.s3.request.Requests;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Puts an object if its key is free, and settles the outcome. A lost response is neither success nor failure (L2), so
 * the PUT is retried. If the key is taken, the object there is read back and compared. Two reads must agree that it is
 * another object. Stateless; called on the medium's serial context.
 */
public final class WriteOnce {

    private final Requests requests;
    private final PutJudge judge;
    private final AgreedReads reads;

    public WriteOnce(Requests requests, PutJudge judge) {
        this.requests = requests;
        this.judge = judge;
        this.reads = new AgreedReads(requests);
    }

    /**
     * @param identity the first bytes of {@code body}; no other object has these bytes and the same length
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    public record Content(String key, ObjectBody body, byte[] identity) {}

    /** Observes each attempt of a PUT. */
    public interface Watch {
        <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> put);
    }

    public CompletableFuture<Settled> put(String key, byte[] content) {
        return put(new Content(key, ObjectBody.of(content), content), requests.patience(), new Watch() {
            @Override
            public <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> put) {
                return put.get();
            }
        });
    }

    /** @return fails if the outcome is still unknown at the end of {@code patience} */
    CompletableFuture<Settled> put(Content content, Requests.Patience patience, Watch watch) {
        String key = content.key();
        return requests.send(
                        "PUT " + key,
                        patience,
                        storage -> watch.attempt(() -> storage.put(key, content.body(), PutCondition.IF_ABSENT)),
                        content.body()::abandon)
                .thenCompose(version -> version.isPresent()
                        ? CompletableFuture.completedFuture(Settled.WRITTEN)
                        : readBack(content, patience));
    }

    /**
     * Works as {@link #put}, but retries if the storage refused the PUT and the key is free, because the refusal may
     * have been wrong. If it was right, the generation was released. Then the frame was committed, or a marker before
     * it prevents its acknowledgement ({@link ReleaseRules}).
     */
    public CompletableFuture<Settled> putAgain(Content content, Requests.Patience patience, Watch watch) {
        return put(content, patience, watch)
                .thenCompose(settled -> settled.outcome() == PutJudge.Outcome.VANISHED && requests.isLeft(patience)
                        ? requests.later().thenCompose(now -> putAgain(content, patience, watch))
                        : CompletableFuture.completedFuture(settled));
    }

    private CompletableFuture<Settled> readBack(Content content, Requests.Patience patience) {
        ByteRange first = ByteRange.slice(0, Math.max(content.identity().length, FenceMarker.BYTES));
        return reads.get(
                        content.key(),
                        first,
                        patience,
                        found -> judge(content, found.map(WriteOnce::look)).isOurs())
                .thenApply(found -> judge(content, found.map(WriteOnce::copy)));
    }

    private Settled judge(Content content, Optional<Found> found) {
        return judge.judge(content.identity(), content.body().length(), found);
    }

    private static Found copy(ObjectContent content) {
        try (content) {
            return look(content);
        }
    }

    private static Found look(ObjectContent content) {
        byte[] first = new byte[content.data().readableBytes()];
        content.data().getBytes(content.data().readerIndex(), first);
        return new Found(first, content.objectSize());
    }
}
