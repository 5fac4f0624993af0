package io.s3stream.wal.s3;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.common.Futures;
import io.s3stream.wal.s3.fence.FenceMarker;
import io.s3stream.wal.s3.fence.WalKeys;
import io.s3stream.wal.s3.request.AgreedReads;
import io.s3stream.wal.s3.request.Requests;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames in order, up to a marker or to the first sequence without an object. Storage writes objects whole,
 * so an object that is not the expected frame is damaged, never torn. Damage or absence counts only if two reads agree.
 *
 * <p>Owned by the medium's serial context; its futures complete there.
 */
final class S3Replay implements Replay {

    private final SerialContext context;
    private final WalDescriptor descriptor;
    private final WalKeys keys;
    private final FrameWindow window;
    private final DamageCheck damage;
    private final AgreedReads reads;
    private final long settledEnd;

    /** The last good frame. */
    private long sequence;

    private long position;
    private int chain;

    /** The header of the content checked last, if it is the expected frame. */
    private @Nullable FrameHeader checked;

    private @Nullable ObjectContent delivered;
    private boolean ended;

    /**
     * @param settledEnd the sequence of the marker at which a fencing of this process ended, or -1 if there was none
     */
    S3Replay(Requests requests, WalDescriptor descriptor, WalKeys keys, WalAnchor after, long settledEnd) {
        this.context = requests.context();
        this.descriptor = descriptor;
        this.keys = keys;
        this.window = new FrameWindow(requests, keys, after.sequence() + 1);
        this.damage = new DamageCheck(requests, descriptor, keys);
        this.reads = new AgreedReads(requests);
        this.settledEnd = settledEnd;
        this.sequence = after.sequence();
        this.position = after.endPosition();
        this.chain = after.checksum();
    }

    @Override
    public CompletableFuture<Optional<ReplayedFrame>> next() {
        CompletableFuture<Optional<ReplayedFrame>> answer = new CompletableFuture<>();
        context.execute(() -> {
            release();
            if (ended) {
                answer.complete(Optional.empty());
            } else {
                window.take()
                        .thenCompose(this::look)
                        .whenComplete((frame, error) -> Futures.complete(answer, frame, error));
            }
        });
        return answer;
    }

    private CompletableFuture<Optional<ReplayedFrame>> look(Optional<ObjectContent> content) {
        return isExpected(content)
                ? deliver(content)
                : reads.confirm(keys.of(sequence + 1), ByteRange.WHOLE, content, this::isExpected)
                        .thenCompose(this::deliver);
    }

    /** Returns whether the content is the expected frame, or a marker. Both have checksums. */
    private boolean isExpected(Optional<ObjectContent> content) {
        checked = null;
        if (content.isEmpty()) {
            return false;
        }
        ByteBuffer bytes = content.get().data().nioBuffer();
        if (FenceMarker.decodeOrNull(bytes) != null) {
            return true;
        }
        try {
            checked = check(bytes);
            return true;
        } catch (CorruptedDataException e) {
            return false;
        }
    }

    private CompletableFuture<Optional<ReplayedFrame>> deliver(Optional<ObjectContent> content) {
        if (content.isEmpty()) {
            return end();
        }
        if (window.isClosed()) {
            content.get().close();
            return CompletableFuture.completedFuture(Optional.empty());
        }
        delivered = content.get();
        ByteBuffer bytes = content.get().data().nioBuffer();
        if (FenceMarker.decodeOrNull(bytes) != null) {
            return end();
        }
        return CompletableFuture.completedFuture(Optional.of(accept(bytes)));
    }

    private ReplayedFrame accept(ByteBuffer bytes) {
        FrameHeader header = checked;
        try {
            if (header == null) {
                header = check(bytes);
            }
        } catch (CorruptedDataException e) {
            throw new CorruptedDataException(
                    "object=" + keys.of(sequence + 1) + " is damaged: " + e.getMessage()
                            + "; restore it if the bucket keeps versions",
                    e);
        }
        sequence = header.sequence();
        position += bytes.remaining();
        chain = header.chain();
        return new ReplayedFrame(sequence, position, chain, bytes);
    }

    private FrameHeader check(ByteBuffer bytes) {
        FrameHeader header = FrameFormat.readHeader(bytes, 0);
        checkFollows(header, bytes.remaining());
        FrameFormat.verifyBody(bytes, 0, header);
        return header;
    }

    private void checkFollows(FrameHeader header, int objectBytes) {
        if (!header.follows(descriptor.walEpoch(), descriptor.nonce(), sequence, chain, position)) {
            throw new CorruptedDataException("expected sequence=" + (sequence + 1) + " walEpoch="
                    + descriptor.walEpoch() + " position=" + position + ", found sequence=" + header.sequence()
                    + " walEpoch=" + header.walEpoch() + " position=" + header.position()
                    + " (chain or place differ)");
        }
        if (header.bodyBytes() > descriptor.maxFrameBytes()
                || FrameFormat.paddedBytes(header.bodyBytes(), descriptor.alignment()) != objectBytes) {
            throw new CorruptedDataException("the object has " + objectBytes + " bytes, its header gives "
                    + header.bodyBytes() + " for the body");
        }
    }

    private CompletableFuture<Optional<ReplayedFrame>> end() {
        long missing = sequence + 1;
        if (missing < settledEnd) {
            return CompletableFuture.failedFuture(new CorruptedDataException("object=" + keys.of(missing)
                    + " is missing; it existed when walEpoch=" + descriptor.walEpoch() + " was fenced at sequence="
                    + settledEnd));
        }
        return damage.run(missing).thenApply(innocent -> {
            ended = true;
            return Optional.empty();
        });
    }

    private void release() {
        if (delivered != null) {
            delivered.close();
            delivered = null;
        }
    }

    @Override
    public void close() {
        context.execute(() -> {
            ended = true;
            release();
            window.close();
        });
    }
}
