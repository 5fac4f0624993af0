package io.s3stream.wal.s3;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.s3.fence.WalKeys;
import io.s3stream.wal.s3.request.AgreedReads;
import io.s3stream.wal.s3.request.Listing;
import io.s3stream.wal.s3.request.Requests;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks for evidence that frame N, where a generation seems to end, had been acknowledged (R7). Evidence is a later
 * frame whose ackedThrough includes N, or a frame that the writer could not have issued before N was acknowledged.
 * Other later frames are no evidence: a fenced writer had them in flight.
 *
 * <p>The check runs at a fence marker as well as at an absent frame, because frames deleted by hand make room for a
 * marker. It reads the first 2 × maxInFlight + 1 listed headers. Frames N + 1 … N + maxInFlight − 1 may be no evidence;
 * any other frame is. Called on the medium's serial context; used once.
 */
final class DamageCheck {

    private final Requests requests;
    private final WalDescriptor descriptor;
    private final WalKeys keys;

    DamageCheck(Requests requests, WalDescriptor descriptor, WalKeys keys) {
        this.requests = requests;
        this.descriptor = descriptor;
        this.keys = keys;
    }

    /** @return fails with {@link CorruptedDataException} when the frame {@code sequence} had been acknowledged */
    CompletableFuture<Void> run(long sequence) {
        int maxHeaders = 2 * descriptor.maxInFlight() + 1;
        List<Long> later = new ArrayList<>();
        return new Listing(requests)
                .forEach(keys.prefix(), keys.of(sequence), object -> {
                    long found = WalKeys.sequence(object.key());
                    if (found > sequence && !WalKeys.looksLikeMarker(object) && later.size() < maxHeaders) {
                        later.add(found);
                    }
                })
                .thenCompose(listed -> {
                    CompletableFuture<?>[] checks = later.stream()
                            .map(found -> header(found).thenAccept(header -> judge(sequence, found, header)))
                            .toArray(CompletableFuture[]::new);
                    return CompletableFuture.allOf(checks);
                });
    }

    private void judge(long sequence, long found, Optional<FrameHeader> header) {
        if (header.isPresent() && isEvidence(header.get(), found, sequence)) {
            throw new CorruptedDataException("object=" + keys.of(sequence) + ": frame sequence=" + sequence
                    + " had been acknowledged and is missing: object=" + keys.of(found)
                    + " was written after it; restore the object if the bucket keeps versions");
        }
    }

    private boolean isEvidence(FrameHeader header, long found, long sequence) {
        return header.walEpoch() == descriptor.walEpoch()
                && header.nonce() == descriptor.nonce()
                && header.sequence() == found
                && (header.ackedThrough() >= sequence || found >= sequence + descriptor.maxInFlight());
    }

    private CompletableFuture<Optional<FrameHeader>> header(long sequence) {
        String key = keys.of(sequence);
        ByteRange range = ByteRange.slice(0, FrameFormat.HEADER_BYTES);
        return new AgreedReads(requests)
                .get(key, range, content -> content.isPresent() && headerOrNull(content.get()) != null)
                .thenApply(content -> content.map(DamageCheck::take));
    }

    private static @Nullable FrameHeader take(ObjectContent content) {
        try (content) {
            return headerOrNull(content);
        }
    }

    private static @Nullable FrameHeader headerOrNull(ObjectContent content) {
        try {
            ByteBuffer bytes = content.data().nioBuffer();
            return FrameFormat.hasMagic(bytes, 0) ? FrameFormat.readHeader(bytes, 0) : null;
        } catch (CorruptedDataException e) {
            return null; // not intact, so no evidence
        }
    }
}
