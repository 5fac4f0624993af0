package io.s3stream.core.upload;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metrics.UploadMetrics;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Freezes the open segment, has its objects written, several segments at a time, and commits them in the order of their
 * sequences [R14]. A single batch commits all segments that are written. A partly filled segment is not frozen while
 * full ones wait. Its objects would be small, and uploads would be slower than the appends that wait for them [R45].
 * Only a committed segment's WAL space is released. Runs on the append context, which owns all state here.
 */
public final class Uploader {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final WriteCache cache;
    private final ObjectWriter writer;
    private final MetadataClient metadata;
    private final UploadOptions options;
    private final UploadListener listener;
    private final CommitOrder order;
    private final NodeIdentity node;
    private final ObjectGrouping grouping;
    private final Backlog backlog;

    private final Deque<SegmentUpload> uploads = new ArrayDeque<>();
    private final Deque<SegmentUpload> waiting = new ArrayDeque<>();
    private long lastCommitted;
    private int writing;
    private boolean committing;
    private @Nullable Timer interval; // runs since the open segment has records
    private boolean pressed; // room is requested, but all records were still in flight
    private boolean due; // the open segment must be frozen when no full one waits
    private @Nullable StreamException stopped;

    /** The identity under which the uploader commits. */
    public record NodeIdentity(int nodeId, long nodeEpoch) {}

    /** The parts of the engine that an uploader uses. */
    public record Collaborators(
            EngineRuntime runtime,
            SerialContext context,
            WriteCache cache,
            ObjectWriter writer,
            MetadataClient metadata,
            UploadMetrics metrics) {}

    public Uploader(
            Collaborators with,
            NodeIdentity node,
            UploadOptions options,
            ObjectGrouping grouping,
            CommitOrder order,
            UploadListener listener) {
        this.runtime = with.runtime();
        this.context = with.context();
        this.cache = with.cache();
        this.writer = with.writer();
        this.metadata = with.metadata();
        this.backlog = new Backlog(cache, with.metrics());
        this.node = node;
        this.options = options;
        this.grouping = grouping;
        this.order = order;
        this.listener = listener;
        this.lastCommitted = cache.openFrom();
    }

    /** Freezes the open segment if the records that became durable filled it, or if room is requested. */
    public void onDurable() {
        backlog.onDurable();
        boolean relieves = pressed && uploads.isEmpty() && cache.openBytes() > 0;
        if (cache.openBytes() >= options.thresholdBytes() || relieves) {
            freeze();
        } else if (cache.openBytes() > 0 && interval == null) {
            interval = runtime.schedule(options.interval(), context, this::onInterval);
        }
    }

    /** Freezes the open segment, because appends wait for memory or WAL space. A commit in progress makes room, too. */
    public void onPressure() {
        if (!uploads.isEmpty()) {
            return; // each commit makes room
        }
        pressed = true;
        if (cache.openBytes() > 0) {
            freeze();
        }
    }

    /** Uploads all durable records, and the position of empty frames; completes after the commit. */
    public CompletableFuture<Void> flush() {
        if (stopped != null) {
            return CompletableFuture.failedFuture(stopped);
        }
        if (cache.hasUncovered()) {
            freeze();
        }
        SegmentUpload last = uploads.peekLast();
        return last == null ? CompletableFuture.completedFuture(null) : last.committed();
    }

    /**
     * Writes the records of one stream that are only in the WAL, and closes the stream in the same commit. No append of
     * the stream may be in flight.
     *
     * @param finalEnd its confirm offset
     * @return completes on the metadata context
     */
    public CompletableFuture<Void> closeStream(long streamId, long streamEpoch, long finalEnd) {
        List<StreamRun> runs = cache.uncommittedRuns(streamId, streamEpoch);
        List<Slab> slabs =
                runs.stream().flatMap(run -> run.slabs().stream()).distinct().toList();
        slabs.forEach(Slab::retain);
        return writer.write(List.of(runs), slabs)
                .thenCompose(objects -> {
                    runtime.step("close.written");
                    Command close = new Command.CloseStream(
                            node.nodeId(),
                            node.nodeEpoch(),
                            streamId,
                            streamEpoch,
                            finalEnd,
                            objects.stream().findFirst());
                    return writer.keys().commit(metadata, close, objects);
                })
                .<Void>thenApply(accepted -> null)
                .whenComplete((done, error) -> slabs.forEach(Slab::release));
    }

    /** Stops all commits; pending callers fail with the reason. */
    public void stop(StreamException reason) {
        if (stopped != null) {
            return;
        }
        stopped = reason;
        writer.close();
        uploads.forEach(upload -> upload.committed().completeExceptionally(reason));
    }

    private void onInterval() {
        due = true;
        freezeIfDue();
    }

    private void freezeIfDue() {
        if (due && waiting.isEmpty() && stopped == null) {
            due = false;
            if (cache.openBytes() > 0) {
                freeze();
            }
        }
    }

    private void freeze() {
        if (stopped != null) {
            return;
        }
        pressed = false;
        due = false;
        if (interval != null) {
            interval.cancel();
            interval = null;
        }
        CacheSegment segment = cache.freeze();
        backlog.onFrozen(segment);
        SegmentUpload upload = new SegmentUpload(segment);
        uploads.add(upload);
        waiting.add(upload);
        runtime.step("upload.frozen");
        writeWaiting();
    }

    private void writeWaiting() {
        while (writing < options.maxConcurrent() && !waiting.isEmpty()) {
            SegmentUpload upload = waiting.remove();
            writing++;
            CacheSegment segment = upload.segment();
            List<Slab> slabs = segment.slabs();
            slabs.forEach(Slab::retain);
            writer.write(grouping.objectsOf(segment, metadata.view()), slabs)
                    .whenComplete((objects, error) -> context.execute(() -> {
                        slabs.forEach(Slab::release);
                        onWritten(upload, objects, error);
                    }));
        }
    }

    private void onWritten(SegmentUpload upload, @Nullable List<UploadedObject> objects, @Nullable Throwable error) {
        writing--;
        if (stopped != null) {
            return;
        }
        if (error != null || objects == null) {
            fail(error);
            return;
        }
        upload.written(objects);
        commitWritten();
        writeWaiting();
        freezeIfDue();
    }

    /** Commits all segments that are ready, in one batch. */
    private void commitWritten() {
        if (committing || stopped != null) {
            return;
        }
        Deque<SegmentUpload> left = new ArrayDeque<>(uploads);
        List<SegmentUpload> group = new ArrayList<>();
        List<Command> commits = new ArrayList<>();
        List<UploadedObject> objects = new ArrayList<>();
        long from = lastCommitted;
        for (SegmentUpload next = order.next(left); next != null; next = order.next(left)) {
            commits.add(commitOf(next, from));
            objects.addAll(next.objects());
            from = next.segment().coversTo().sequence();
            group.add(next);
            left.remove(next);
        }
        if (group.isEmpty()) {
            return;
        }
        committing = true;
        runtime.step("upload.commit");
        writer.keys()
                .commitAll(metadata, commits, objects)
                .whenComplete((results, error) -> context.execute(() -> {
                    committing = false;
                    settle(group, results, error);
                }));
    }

    private Command commitOf(SegmentUpload upload, long committedBefore) {
        CommittedPosition covered = upload.segment().coversTo();
        long from = order.coversFrom(upload, committedBefore);
        return new Command.CommitUpload(node.nodeId(), node.nodeEpoch(), from, covered, upload.objects(), false);
    }

    private void settle(List<SegmentUpload> group, List<CommandResult> results, @Nullable Throwable error) {
        if (error != null && stopped == null) {
            fail(error);
        }
        for (int i = 0; i < group.size() && stopped == null; i++) {
            try {
                results.get(i).accepted();
            } catch (StreamException refused) {
                fail(refused);
                return;
            }
            onCommitted(group.get(i));
        }
        commitWritten();
    }

    private void onCommitted(SegmentUpload upload) {
        runtime.step("upload.committed");
        uploads.remove(upload);
        lastCommitted = upload.segment().coversTo().sequence();
        upload.segment().markCommitted();
        backlog.onCommitted(upload.segment());
        long bytes = upload.objects().stream().mapToLong(UploadedObject::size).sum();
        listener.onCommitted(order.trimTo(upload, uploads), bytes);
        upload.committed().complete(null);
    }

    private void fail(@Nullable Throwable error) {
        StreamException reason = Failures.asStreamException("upload failed", error);
        stop(reason);
        listener.onFatal(reason);
    }
}
