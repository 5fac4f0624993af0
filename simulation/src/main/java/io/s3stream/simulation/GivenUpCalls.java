package io.s3stream.simulation;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.CloseReason;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.retention.RetentionPolicy;
import io.s3stream.api.tools.QuarantinedRecords;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.core.errors.Failures;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Exercises each call of the public API that returns a future. The caller abandons the future at once, and the call
 * must have its full effect [R43].
 */
final class GivenUpCalls {

    /** A call with its check. */
    interface Exercise {

        /** @throws HistoryViolation if the effect depends on the caller */
        void run(GivenUpWorld world);
    }

    private static final Duration HOUR = Duration.ofHours(1);

    private final Map<String, Exercise> exercises = new TreeMap<>();

    GivenUpCalls() {
        effectsOfTheStore();
        answersOfTheStore();
        effectsOfAStream();
        answersOfAStream();
        toolsAndOpenings();
    }

    /** By type and method. */
    Map<String, Exercise> all() {
        return exercises;
    }

    private void effectsOfTheStore() {
        exercises.put("StreamStore.createStream", world -> {
            world.giveUp(world.store().createStream(CreateOptions.named("new")));
            world.require(find(world, "new").isPresent(), "the stream was created");
        });
        exercises.put("StreamStore.createStreams", world -> {
            world.giveUp(world.store().createStreams(List.of(CreateOptions.named("n1"), CreateOptions.named("n2"))));
            world.require(find(world, "n1").isPresent() && find(world, "n2").isPresent(), "the streams were created");
        });
        exercises.put("StreamStore.openStream", world -> {
            world.giveUp(world.store().openStream(world.closedStream(), OpenOptions.owner()));
            append(world, world.await(world.store().openStream(world.closedStream(), OpenOptions.owner())));
        });
        exercises.put("StreamStore.openReader", world -> {
            world.giveUp(world.store().openReader(world.stream().id()));
            fetch(world, world.await(world.store().openReader(world.stream().id())), 0)
                    .close();
        });
        exercises.put("StreamStore.openStreams", world -> {
            world.giveUp(world.store().openStreams(List.of(world.closedStream()), OpenOptions.owner()));
            append(world, world.await(world.store().openStream(world.closedStream(), OpenOptions.owner())));
        });
        exercises.put("StreamStore.closeStreams", world -> {
            world.giveUp(world.store().closeStreams(List.of(world.stream())));
            world.require(describe(world, world.stream().id()).orElseThrow().owner() == -1, "the stream was closed");
            append(world, world.await(world.store().openStream(world.stream().id(), OpenOptions.owner())));
        });
        exercises.put("StreamStore.deleteStream", world -> {
            world.giveUp(world.store().deleteStream(world.stream().id()));
            world.require(describe(world, world.stream().id()).isEmpty(), "the stream was deleted");
            world.require(
                    world.await(world.stream().closed()).cause() == CloseReason.Cause.DELETED, "the handle has ended");
            world.requireFailure(
                    Failures.answerOf(() ->
                            world.stream().tryAppend(RecordBatch.of("late", 1)).durable()),
                    StreamNotFoundException.class);
        });
        exercises.put("StreamStore.updateTags", world -> {
            Map<String, String> tags = Map.of("a", "1");
            world.giveUp(world.store().updateTags(world.stream().id(), Map.of(), tags));
            world.require(
                    describe(world, world.stream().id()).orElseThrow().tags().equals(tags), "tags were updated");
        });
        exercises.put("StreamStore.seal", world -> {
            append(world, world.stream());
            world.giveUp(world.store().seal(world.stream().id()));
            world.require(describe(world, world.stream().id()).orElseThrow().sealed(), "the stream was sealed");
            world.require(committed(world) == world.stream().confirmOffset(), "everything was uploaded");
        });
        exercises.put("StreamStore.commit", world -> {
            long id = world.stream().id();
            world.giveUp(world.store()
                    .commit(List.of(MetadataChange.delete(id), MetadataChange.create("instead", Map.of()))));
            world.require(find(world, "instead").isPresent(), "the stream was created");
            world.require(describe(world, id).isEmpty(), "the other stream was deleted");
            world.require(
                    world.await(world.stream().closed()).cause() == CloseReason.Cause.DELETED, "the handle has ended");
        });
        exercises.put("StreamStore.setNodeTags", world -> {
            Map<String, String> tags = Map.of("a", "1");
            world.giveUp(world.store().setNodeTags(tags));
            world.require(world.await(world.store().listNodes()).get(0).tags().equals(tags), "tags were set");
        });
        exercises.put("StreamStore.removeNode", world -> {
            world.streamOfDeadNode();
            world.giveUp(world.store().takeOver(GivenUpWorld.OTHER_NODE)); // its WAL is released by then
            world.giveUp(world.store().removeNode(GivenUpWorld.OTHER_NODE));
            world.require(world.await(world.store().listNodes()).size() == 1, "one node is left");
        });
        exercises.put("StreamStore.flush", world -> {
            append(world, world.stream());
            world.giveUp(world.store().flush());
            world.require(committed(world) == world.stream().confirmOffset(), "everything was uploaded");
        });
        exercises.put("StreamStore.rewrite", world -> {
            append(world, world.stream());
            world.await(world.store().flush());
            long id = world.stream().id();
            world.giveUp(world.store().rewrite(id, 0, Long.MAX_VALUE, batch -> BatchFilter.Verdict.drop()));
            world.await(world.store().rewrite(id, 0, Long.MAX_VALUE, batch -> BatchFilter.Verdict.keep()));
            try (FetchResult found = fetch(world, world.stream(), world.stream().startOffset())) {
                world.require(found.batches().get(0).isDropped(), "the batch was dropped");
            }
        });
        exercises.put("StreamStore.switchWal", world -> {
            world.giveUp(world.store().switchWal(URI.create(SimConfig.STORE_WAL_URI)));
            world.require(world.store().wal().getScheme().equals("store"), "the WAL was switched");
            append(world, world.stream());
        });
        Exercise takeOver = world -> {
            long id = world.streamOfDeadNode();
            world.giveUp(world.store().takeOver(GivenUpWorld.OTHER_NODE));
            append(world, world.await(world.store().openStream(id, OpenOptions.owner())));
        };
        exercises.put("StreamStore.takeOver", takeOver);
        exercises.put("StreamStore.releaseStream", world -> {
            long id = world.quarantinedStream();
            world.requireFailure(world.store().openStream(id, OpenOptions.owner()), ConflictException.class);
            world.giveUp(world.store().releaseStream(id, QuarantinedRecords.APPEND));
            Stream released = world.await(world.store().openStream(id, OpenOptions.owner()));
            world.require(released.confirmOffset() == 7, "the kept record was appended behind a filler");
            append(world, released);
        });
        exercises.put("StreamStore.close", world -> {
            world.giveUp(world.store().close(Duration.ofSeconds(20)));
            world.await(world.store().close(Duration.ofSeconds(20)));
            StreamStore successor = world.await(world.openAgain());
            append(world, world.await(successor.openStream(world.stream().id(), OpenOptions.owner())));
        });
    }

    private void answersOfTheStore() {
        exercises.put("StreamStore.findStream", world -> {
            world.giveUp(world.store().findStream("s"));
            world.require(find(world, "s").isPresent(), "the stream is found");
        });
        exercises.put("StreamStore.describeStream", world -> {
            world.giveUp(world.store().describeStream(world.stream().id()));
            world.require(describe(world, world.stream().id()).isPresent(), "the stream is described");
        });
        exercises.put("StreamStore.describeRanges", world -> {
            world.giveUp(world.store().describeRanges(world.stream().id()));
            world.await(world.store().describeRanges(world.stream().id()));
        });
        exercises.put("StreamStore.listStreams", world -> {
            world.giveUp(world.store().listStreams("", 0, 10));
            world.require(world.await(world.store().listStreams("", 0, 10)).size() == 2, "two streams are listed");
        });
        exercises.put("StreamStore.listKeptObjects", world -> {
            world.giveUp(world.store().listKeptObjects());
            world.require(world.await(world.store().listKeptObjects()).isEmpty(), "no object is kept");
        });
        exercises.put("StreamStore.releaseKeptObjects", world -> {
            world.giveUp(world.store().releaseKeptObjects(List.of()));
            world.await(world.store().releaseKeptObjects(List.of()));
        });
        exercises.put("StreamStore.snapshot", world -> {
            world.giveUp(world.store().snapshot());
            world.require(world.await(world.store().snapshot()).nodes().size() == 1, "one node is in the snapshot");
        });
        exercises.put("StreamStore.listNodes", world -> {
            world.giveUp(world.store().listNodes());
            world.require(world.await(world.store().listNodes()).size() == 1, "one node is listed");
        });
    }

    private void effectsOfAStream() {
        exercises.put("AppendResult.durable", world -> {
            long offset = world.stream().nextOffset();
            world.giveUp(
                    world.stream().tryAppend(RecordBatch.of("abandoned", 1)).durable());
            world.await(world.stream().whenDurable(offset + 1));
            append(world, world.stream());
            try (FetchResult found = fetch(world, world.stream(), offset)) {
                world.require(found.batches().get(0).baseOffset() == offset, "the record is there");
            }
        });
        exercises.put("Stream.trim", world -> {
            world.giveUp(world.stream().trim(5));
            world.require(world.stream().startOffset() == 5, "the handle knows the start");
            world.require(describe(world, world.stream().id()).orElseThrow().startOffset() == 5, "it was trimmed");
            world.requireFailure(
                    world.stream().fetch(0, 10, 100, FetchOptions.NO_WAIT), OffsetOutOfRangeException.class);
        });
        exercises.put("RetentionPolicy.apply", world -> {
            world.giveUp(RetentionPolicy.ofBytes(300).apply(world.stream(), 0));
            world.require(world.stream().startOffset() > 0, "the policy was applied");
        });
        exercises.put("Stream.flush", world -> {
            append(world, world.stream());
            world.giveUp(world.stream().flush());
            world.require(committed(world) == world.stream().confirmOffset(), "everything was uploaded");
        });
        exercises.put("Stream.close", world -> {
            world.giveUp(world.stream().close());
            world.await(world.stream().close());
            append(world, world.await(world.store().openStream(world.stream().id(), OpenOptions.owner())));
        });
    }

    private void answersOfAStream() {
        exercises.put("Stream.writable", world -> {
            world.giveUp(world.stream().writable(100));
            world.await(world.stream().writable(100));
            append(world, world.stream());
        });
        exercises.put("StreamReader.fetch", world -> {
            StreamReader reader =
                    world.await(world.store().openReader(world.stream().id()));
            world.giveUp(reader.fetch(0, Long.MAX_VALUE, 1 << 20, FetchOptions.NO_WAIT));
            world.giveUp(world.stream().fetch(0, Long.MAX_VALUE, 1 << 20, FetchOptions.NO_WAIT));
            long end = world.stream().confirmOffset();
            world.giveUp(world.stream().fetch(end, Long.MAX_VALUE, 100, FetchOptions.longPoll(HOUR)));
            CompletableFuture<FetchResult> other =
                    world.stream().fetch(end, Long.MAX_VALUE, 100, FetchOptions.longPoll(HOUR));
            append(world, world.stream());
            world.await(other).close();
            fetch(world, reader, 0).close();
        });
        exercises.put("StreamReader.refresh", world -> {
            StreamReader reader =
                    world.await(world.store().openReader(world.stream().id()));
            append(world, world.stream());
            world.await(world.stream().flush());
            world.giveUp(reader.refresh());
            world.await(reader.refresh());
            world.require(reader.confirmOffset() == world.stream().confirmOffset(), "the reader is up to date");
        });
        exercises.put("StreamReader.offsetForTimestamp", world -> {
            world.giveUp(world.stream().offsetForTimestamp(Long.MIN_VALUE));
            world.require(
                    world.await(world.stream().offsetForTimestamp(Long.MIN_VALUE))
                                    .orElse(-1)
                            == 0,
                    "offset 0");
        });
        exercises.put("StreamReader.offsetOfMaxTimestamp", world -> {
            world.giveUp(world.stream().offsetOfMaxTimestamp());
            world.require(world.await(world.stream().offsetOfMaxTimestamp()).isPresent(), "the stream has a batch");
        });
        exercises.put("StreamStore.whenReadable", world -> {
            StreamReader reader =
                    world.await(world.store().openReader(world.stream().id()));
            long end = world.stream().confirmOffset();
            List<StreamReader.Position> positions =
                    List.of(new StreamReader.Position(world.stream(), end), new StreamReader.Position(reader, end));
            world.giveUp(world.store().whenReadable(positions, 1, HOUR));
            CompletableFuture<Void> other = world.store().whenReadable(positions, 1, HOUR);
            world.require(!other.isDone(), "no record is readable");
            append(world, world.stream());
            world.await(other);
        });
        exercises.put("StreamReader.sizeBytes", world -> {
            world.giveUp(world.stream().sizeBytes(0, 10));
            world.require(world.await(world.stream().sizeBytes(0, 10)) > 0, "the stream has a size");
        });
        exercises.put("StreamReader.whenDurable", world -> {
            long next = world.stream().nextOffset();
            world.giveUp(world.stream().whenDurable(next + 1));
            CompletableFuture<Void> other = world.stream().whenDurable(next + 1);
            append(world, world.stream());
            world.await(other);
        });
        exercises.put("StreamReader.closed", world -> {
            StreamReader reader =
                    world.await(world.store().openReader(world.stream().id()));
            for (StreamReader handle : List.of(reader, world.stream())) {
                world.giveUp(handle.closed());
                CompletableFuture<CloseReason> other = handle.closed();
                world.require(!other.isDone(), "the handle is open");
                world.await(handle.close());
                world.require(world.await(other).cause() == CloseReason.Cause.CLOSED, "its caller closed it");
            }
        });
        exercises.put("StreamReader.close", world -> {
            StreamReader reader =
                    world.await(world.store().openReader(world.stream().id()));
            world.giveUp(reader.close());
            world.require(world.await(reader.closed()).cause() == CloseReason.Cause.CLOSED, "its caller closed it");
        });
    }

    private void toolsAndOpenings() {
        exercises.put("StreamStoreProvider.open", world -> {
            world.await(world.store().close(Duration.ofSeconds(20)));
            world.giveUp(world.openAgain());
            StreamStore successor = world.await(world.openAgain());
            append(world, world.await(successor.openStream(world.stream().id(), OpenOptions.owner())));
        });
        exercises.put("StreamStoreProvider.openReadOnly", world -> {
            world.giveUp(world.provider().openReadOnly(world.options()));
            world.await(
                    world.await(world.provider().openReadOnly(world.options())).close(Duration.ofSeconds(1)));
        });
        exercises.put("StreamStoreProvider.inspectWal", world -> {
            world.giveUp(world.provider().inspectWal(world.options()));
            world.await(world.provider().inspectWal(world.options()));
        });
        exercises.put("StreamStoreProvider.verify", world -> {
            world.giveUp(world.provider().verify(world.options(), VerifyOptions.everything()));
            world.require(
                    world.await(world.provider().verify(world.options(), VerifyOptions.everything()))
                            .findings()
                            .isClean(),
                    "the store is complete");
        });
        exercises.put("StreamStoreProvider.rebuild", world -> {
            world.giveUp(world.provider().rebuild(world.options(), RebuildOptions.dryRun()));
            world.await(world.provider().rebuild(world.options(), RebuildOptions.dryRun()));
        });
        exercises.put("StreamStoreProvider.locate", world -> {
            world.giveUp(world.provider().locate(world.options(), "s", 3));
            world.await(world.provider().locate(world.options(), "s", 3));
        });
    }

    private static void append(GivenUpWorld world, Stream stream) {
        world.await(stream.tryAppend(RecordBatch.of("a record", 1)).durable());
    }

    private static FetchResult fetch(GivenUpWorld world, StreamReader stream, long from) {
        return world.await(stream.fetch(from, Long.MAX_VALUE, 1 << 20, FetchOptions.NO_WAIT));
    }

    private static Optional<StreamInfo> find(GivenUpWorld world, String name) {
        return world.await(world.store().findStream(name));
    }

    private static Optional<StreamInfo> describe(GivenUpWorld world, long id) {
        return world.await(world.store().describeStream(id));
    }

    private static long committed(GivenUpWorld world) {
        return describe(world, world.stream().id()).orElseThrow().committedEnd();
    }
}
