package io.s3stream.wal.s3;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.wal.Replay.ReplayedFrame;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalInspection.FoundGeneration;
import io.s3stream.wal.s3.fence.WalKeys;
import io.s3stream.wal.s3.request.Listing;
import io.s3stream.wal.s3.request.Requests;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads all generations of all nodes, sequentially, and changes nothing. Used once. */
final class Inspection {

    private final Requests requests;
    private final Map<WalKeys, Listed> listed = new HashMap<>();
    private final List<FoundGeneration> found = new ArrayList<>();

    /** The objects of a generation in a listing. */
    private static final class Listed {
        boolean hasOpening;
        boolean isFenced;
        long firstFrame = -1;
    }

    /** The intact frames of a generation, and the reason why they end. */
    private static final class Run {
        long frames;
        long first;
        long last;
        long ackedThrough;
        long bytes;

        @Nullable
        String end;
    }

    Inspection(Requests requests) {
        this.requests = requests;
    }

    CompletableFuture<WalInspection> run() {
        CompletableFuture<WalInspection> answer = new CompletableFuture<>();
        requests.context().execute(() -> inspect().whenComplete((all, error) -> Requests.complete(answer, all, error)));
        return answer;
    }

    private CompletableFuture<WalInspection> inspect() {
        return new Listing(requests)
                .forEach(WalKeys.ROOT, WalKeys.ROOT, this::add)
                .thenCompose(all -> {
                    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
                    for (Map.Entry<WalKeys, Listed> entry : listed.entrySet()) {
                        if (entry.getValue().hasOpening) {
                            done = done.thenCompose(before -> generation(entry.getKey(), entry.getValue()));
                        }
                    }
                    return done;
                })
                .thenApply(done -> {
                    found.sort(Comparator.comparingLong(FoundGeneration::walEpoch)
                            .thenComparingInt(FoundGeneration::nodeId));
                    return new WalInspection(requests.toString(), found);
                });
    }

    private void add(ObjectSummary object) {
        WalKeys keys = WalKeys.parse(object.key());
        if (keys == null) {
            return;
        }
        Listed of = listed.computeIfAbsent(keys, first -> new Listed());
        long sequence = WalKeys.sequence(object.key());
        if (object.key().equals(keys.opening())) {
            of.hasOpening = true;
        } else if (sequence >= 0 && WalKeys.looksLikeMarker(object)) {
            of.isFenced = true;
        } else if (sequence >= 0 && of.firstFrame < 0) {
            of.firstFrame = sequence;
        }
    }

    private CompletableFuture<Void> generation(WalKeys keys, Listed of) {
        return get(keys.opening(), ByteRange.WHOLE).thenCompose(content -> {
            if (content.isEmpty()) {
                return CompletableFuture.completedFuture(null); // released since the listing
            }
            OpeningRecord opening;
            try (ObjectContent bytes = content.get()) {
                opening = OpeningRecord.decode(bytes.data().nioBuffer(), keys.opening());
            }
            Run run = new Run();
            return readable(run, () -> frames(keys, of, opening, run))
                    .thenAccept(done -> found.add(new FoundGeneration(
                            opening.storeId(),
                            keys.nodeId(),
                            keys.walEpoch(),
                            run.frames,
                            run.first,
                            run.last,
                            run.ackedThrough,
                            run.bytes,
                            of.isFenced,
                            Optional.ofNullable(run.end))));
        });
    }

    /** Ends a run at damage. The inspection reports damage, and does not fail because of it. */
    private static CompletableFuture<Void> readable(Run run, Supplier<CompletableFuture<Void>> reading) {
        return reading.get()
                .handle((done, error) -> {
                    Throwable cause = error == null ? null : Requests.unwrap(error);
                    if (cause instanceof CorruptedDataException damage) {
                        run.end = damage.getMessage();
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    return cause == null
                            ? CompletableFuture.<Void>completedFuture(null)
                            : CompletableFuture.<Void>failedFuture(cause);
                })
                .thenCompose(outcome -> outcome);
    }

    private CompletableFuture<Void> frames(WalKeys keys, Listed of, OpeningRecord opening, Run run) {
        if (of.firstFrame < 0) {
            return CompletableFuture.completedFuture(null);
        }
        String key = keys.of(of.firstFrame);
        return get(key, ByteRange.slice(0, FrameFormat.HEADER_BYTES)).thenCompose(content -> {
            if (content.isEmpty()) {
                run.end = "object=" + key + " was trimmed during the inspection; repeat it";
                return CompletableFuture.completedFuture(null);
            }
            FrameHeader first;
            try (ObjectContent bytes = content.get()) {
                first = FrameFormat.readHeader(bytes.data().nioBuffer(), 0);
            }
            WalAnchor anchor = new WalAnchor(of.firstFrame - 1, first.position(), first.previousChain());
            S3Replay replay = new S3Replay(requests, descriptor(opening), keys, anchor, -1);
            return read(replay, run).whenComplete((done, error) -> replay.close());
        });
    }

    private CompletableFuture<Void> read(S3Replay replay, Run run) {
        return replay.next()
                .thenComposeAsync(
                        next -> {
                            if (next.isEmpty()) {
                                return CompletableFuture.completedFuture(null);
                            }
                            count(next.get(), run);
                            return read(replay, run);
                        },
                        requests.context());
    }

    private static void count(ReplayedFrame frame, Run run) {
        run.first = run.frames == 0 ? frame.sequence() : run.first;
        run.frames++;
        run.last = frame.sequence();
        run.bytes += frame.bytes().remaining();
        run.ackedThrough = Math.max(
                run.ackedThrough, FrameFormat.readHeader(frame.bytes(), 0).ackedThrough());
    }

    private static WalDescriptor descriptor(OpeningRecord opening) {
        return new WalDescriptor(
                URI.create("store:/"),
                opening.walEpoch(),
                opening.nonce(),
                opening.alignment(),
                opening.maxFrameBytes(),
                opening.maxInFlight(),
                opening.maxInFlightBytes(),
                0,
                Map.of());
    }

    private CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return requests.send("GET " + key, storage -> storage.get(key, range));
    }
}
