package io.s3stream.wal.s3;

import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalInspection.FoundGeneration;
import io.s3stream.wal.common.FrameTally;
import io.s3stream.wal.common.Futures;
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

    Inspection(Requests requests) {
        this.requests = requests;
    }

    CompletableFuture<WalInspection> run() {
        CompletableFuture<WalInspection> answer = new CompletableFuture<>();
        requests.context().execute(() -> inspect().whenComplete((all, error) -> Futures.complete(answer, all, error)));
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
            FrameTally run = new FrameTally();
            return run.endAtDamage(frames(keys, of, opening, run))
                    .thenAccept(done ->
                            found.add(run.describe(opening.storeId(), keys.nodeId(), keys.walEpoch(), of.isFenced)));
        });
    }

    private CompletableFuture<Void> frames(WalKeys keys, Listed of, OpeningRecord opening, FrameTally run) {
        if (of.firstFrame < 0) {
            return CompletableFuture.completedFuture(null);
        }
        String key = keys.of(of.firstFrame);
        return get(key, ByteRange.slice(0, FrameFormat.HEADER_BYTES)).thenCompose(content -> {
            if (content.isEmpty()) {
                run.endAt("object=" + key + " was trimmed during the inspection; repeat it");
                return CompletableFuture.completedFuture(null);
            }
            FrameHeader first;
            try (ObjectContent bytes = content.get()) {
                first = FrameFormat.readHeader(bytes.data().nioBuffer(), 0);
            }
            WalAnchor anchor = new WalAnchor(of.firstFrame - 1, first.position(), first.previousChain());
            S3Replay replay = new S3Replay(requests, descriptor(opening), keys, anchor, -1);
            return run.follow(replay, requests.context()).whenComplete((done, error) -> replay.close());
        });
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
