package io.s3stream.core;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.StoreState;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamRange;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.MetadataListener;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataWatch;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.tools.KeptObject;
import io.s3stream.core.collect.KeptObjects;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.events.StoreEvents;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.read.ReadPath;
import io.s3stream.core.snapshot.MetadataFeed;
import io.s3stream.core.storage.MeteredObjectStorage;
import io.s3stream.core.stream.CallerAnswers;
import io.s3stream.core.stream.CommitWatch;
import io.s3stream.core.stream.CommittedReader;
import io.s3stream.core.stream.OpenStreams;
import io.s3stream.core.stream.ReadableRequest;
import io.s3stream.core.stream.ReaderServices;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of a store, common to stores that write and read-only stores. Answers from the metadata and opens
 * readers. Owns the open streams, the pending calls and the closing state.
 */
abstract class ReadableStore implements StreamStore, ReaderServices {

    /** The parts that it reads with. */
    record Reading(
            EngineRuntime runtime,
            MetadataClient metadata,
            MeteredObjectStorage storage,
            StoreConfig config,
            ReadPath readPath,
            CallerAnswers answers,
            StoreEvents events) {}

    private final Reading reading;
    private final CommitWatch commits;
    /** Runs iterations over all streams, so that they do not delay callbacks. */
    private final SerialContext lists;

    private final MetadataFeed feed;
    private final OpenStreams streams = new OpenStreams();
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();

    ReadableStore(Reading reading) {
        this.reading = reading;
        this.commits = new CommitWatch(reading.runtime(), this::refresh);
        this.lists = reading.runtime().serialContext("list");
        this.feed = new MetadataFeed(reading.runtime(), lists, reading.metadata(), commits, StoreSnapshot::new);
    }

    @Override
    public final CompletableFuture<Optional<StreamInfo>> findStream(String name) {
        return answers().call(() -> {
            require(name, "name");
            return answers().of(refresh().thenApply(view -> StreamInfos.find(view, name)));
        });
    }

    @Override
    public final CompletableFuture<Optional<StreamInfo>> describeStream(long id) {
        return answers().call(() -> answers().of(refresh().thenApply(view -> StreamInfos.describe(view, id))));
    }

    @Override
    public final CompletableFuture<List<StreamRange>> describeRanges(long id) {
        return answers().call(() -> answers().of(refresh().thenApply(view -> StreamInfos.ranges(view, id))));
    }

    @Override
    public final CompletableFuture<List<StreamInfo>> listStreams(String prefix, long after, int limit) {
        return answers().call(() -> {
            require(prefix, "prefix");
            if (after < 0) {
                throw new InvalidRequestException("after=" + after + ": must be 0 or the id of a stream");
            }
            checkLimit(limit);
            return answers().of(refresh().thenApplyAsync(view -> StreamInfos.list(view, prefix, after, limit), lists));
        });
    }

    static void checkLimit(int limit) {
        if (limit < 1 || limit > MAX_LIST) {
            throw new InvalidRequestException("limit=" + limit + ": must be 1 to " + MAX_LIST);
        }
    }

    @Override
    public final CompletableFuture<MetadataSnapshot> snapshot() {
        return answers().call(() -> answers().of(refresh().thenCompose(view -> feed.snapshot())));
    }

    @Override
    public final MetadataWatch watch(String prefix, MetadataListener listener) {
        require(prefix, "prefix");
        require(listener, "listener");
        checkOpen();
        return feed.watch(prefix, listener);
    }

    /** The metadata cannot be read again, or not be changed. */
    final void metadataStopped(StreamException reason) {
        events().failed(StoreState.Level.STOPPED, reason);
        feed.end(reason);
        streams.metadataStopped(reason);
    }

    static void require(@Nullable Object value, String argument) {
        if (value == null) {
            throw new InvalidRequestException(argument + "=null: must not be null");
        }
    }

    @Override
    public final CompletableFuture<List<NodeInfo>> listNodes() {
        return answers().call(() -> answers().of(refresh().thenApplyAsync(StreamInfos::nodesOf, lists)));
    }

    @Override
    public final CompletableFuture<List<Long>> createStreams(List<CreateOptions> options) {
        return answers().call(() -> {
            require(options, "options");
            return answers().of(ManyStreams.together(List.copyOf(options), this::beginCreating));
        });
    }

    @Override
    public final CompletableFuture<List<Stream>> openStreams(Collection<Long> ids, OpenOptions options) {
        return answers().call(() -> {
            require(ids, "ids");
            require(options, "options");
            CompletableFuture<List<OwnerOpenings.Opened>> opened = openOwners(List.copyOf(ids), options);
            return answers().of(opened.thenApply(ManyStreams::streams), left -> {
                if (left != null) {
                    ManyStreams.closeNew(opened.join());
                }
            });
        });
    }

    @Override
    public final List<Stream> openStreams() {
        return List.copyOf(streams.owned());
    }

    @Override
    public final CompletableFuture<StreamReader> openReader(long id) {
        return answers()
                .call(() -> answers()
                        .of(refresh().thenApply(view -> streams.reader(OpenStreams.require(view, id), this)), left -> {
                            if (left != null) {
                                left.close();
                            }
                        }));
    }

    @Override
    public final CompletableFuture<Void> whenReadable(
            Collection<StreamReader.Position> positions, long minBytes, Duration maxWait) {
        return answers().call(() -> {
            checkOpen();
            return ReadableRequest.of(this, positions, minBytes, maxWait).begin(this);
        });
    }

    @Override
    public final CompletableFuture<Void> closeStreams(Collection<? extends StreamReader> streamsToClose) {
        return answers().call(() -> {
            require(streamsToClose, "streams");
            List<StreamReader> all = List.copyOf(streamsToClose);
            return answers()
                    .of(beforeClosing()
                            .handle((flushed, error) -> null)
                            .thenCompose(nothing -> ManyStreams.close(all)));
        });
    }

    /** Opens streams as their owner, all or none. */
    abstract CompletableFuture<List<OwnerOpenings.Opened>> openOwners(List<Long> ids, OpenOptions options);

    /** Creates a stream. Completes on the metadata's context. */
    abstract CompletableFuture<Long> beginCreating(CreateOptions options);

    /** Runs once before several streams are closed together. */
    abstract CompletableFuture<Void> beforeClosing();

    @Override
    public final CompletableFuture<List<KeptObject>> listKeptObjects() {
        return answers().call(() -> {
            SerialContext context = runtime().serialContext("kept");
            return answers()
                    .of(refresh()
                            .thenComposeAsync(view -> KeptObjects.list(reading.storage(), context, view), context));
        });
    }

    /**
     * Begins to close. From now on calls are refused.
     *
     * @return the future of an earlier call, or null if this is the first
     */
    final @Nullable CompletableFuture<Void> beginClosing(CompletableFuture<Void> done) {
        CompletableFuture<Void> earlier = closing.compareAndExchange(null, done);
        if (earlier == null) {
            reading.events().closing();
        }
        return earlier;
    }

    @Override
    public final StoreState state() {
        return reading.events().state();
    }

    final StoreEvents events() {
        return reading.events();
    }

    final boolean isClosing() {
        return closing.get() != null;
    }

    /** Throws if the store is closing. Must be called before any change. */
    final void checkOpen() {
        StackRoom.require();
        if (isClosing()) {
            throw closedStore();
        }
    }

    /** Fails all pending calls with the reason, because every part that could answer them has ended. */
    final void endWaiting(StoreClosedException reason) {
        feed.end(reason);
        answers().end(reason);
    }

    static StoreClosedException closedStore() {
        return new StoreClosedException("the store is closed");
    }

    final StoreConfig config() {
        return reading.config();
    }

    final MetadataClient metadata() {
        return reading.metadata();
    }

    final MeteredObjectStorage storage() {
        return reading.storage();
    }

    final OpenStreams streams() {
        return streams;
    }

    @Override
    public final EngineRuntime runtime() {
        return reading.runtime();
    }

    @Override
    public final ReadPath readPath() {
        return reading.readPath();
    }

    @Override
    public final CommitWatch commits() {
        return commits;
    }

    @Override
    public final MetadataView view() {
        return reading.metadata().view();
    }

    @Override
    public final CompletableFuture<MetadataView> refresh() {
        checkOpen();
        return reading.metadata().refresh().thenApply(view -> {
            streams.metadataRead(view);
            return view;
        });
    }

    @Override
    public final CallerAnswers answers() {
        return reading.answers();
    }

    @Override
    public final void watchDeletion(CommittedReader reader) {
        streams.watch(reader);
    }

    @Override
    public final void forget(CommittedReader reader) {
        streams.forget(reader);
    }
}
