package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.errors.Failures;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.HoledDisks;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A store with a stream of ten uploaded records, a closed stream, and a caller that spoils its futures. */
final class GivenUpWorld {

    static final int OTHER_NODE = 1;

    /** The ways in which a caller spoils a future that it no longer needs. */
    enum Spoiling {
        CANCEL {
            @Override
            void spoil(CompletableFuture<?> future) {
                future.cancel(true);
            }
        },
        COMPLETE {
            @Override
            void spoil(CompletableFuture<?> future) {
                future.complete(null);
            }
        },
        FAIL {
            @Override
            void spoil(CompletableFuture<?> future) {
                future.completeExceptionally(new IllegalStateException("of the caller's"));
            }
        },
        OBTRUDE {
            @Override
            void spoil(CompletableFuture<?> future) {
                future.obtrudeValue(null);
            }
        },
        OBTRUDE_FAILURE {
            @Override
            void spoil(CompletableFuture<?> future) {
                future.obtrudeException(new IllegalStateException("of the caller's"));
            }
        };

        abstract void spoil(CompletableFuture<?> future);
    }

    private static final Duration LONG_AFTERWARDS = Duration.ofSeconds(20);

    private final SimWorld world;
    private final SimEngine.Factory engine;
    private final Spoiling spoiling;
    private final HoledDisks disks;
    private final SimNode node;
    private final StreamStore store;
    private final Stream stream;
    private final long closedStream;

    GivenUpWorld(long seed, SimEngine.Factory engine, Spoiling spoiling) {
        this.engine = engine;
        this.spoiling = spoiling;
        this.world = new SimWorld(seed, engine);
        this.disks = new HoledDisks(world.simulator());
        this.node = world.start("node", disks, step -> false);
        this.store = await(world.open(node, disks, 0));
        this.stream = own(store, "s");
        for (int i = 0; i < 10; i++) {
            await(stream.tryAppend(RecordBatch.of(new byte[100], 1)).durable());
        }
        await(stream.flush());
        Stream other = own(store, "closed");
        await(other.close());
        this.closedStream = other.id();
    }

    StreamStore store() {
        return store;
    }

    Stream stream() {
        return stream;
    }

    long closedStream() {
        return closedStream;
    }

    CoreStoreProvider provider() {
        return new CoreStoreProvider(engine.create(node, disks));
    }

    StreamStoreBuilder options() {
        return StreamStore.builder()
                .runtime(node)
                .storage(world.storage(node))
                .wal(SimConfig.WAL_URI)
                .config(SimConfig.store());
    }

    /** The node, in a process of its own. */
    CompletableFuture<StreamStore> openAgain() {
        return world.open(world.start("again", disks, step -> false), disks, 0);
    }

    /** The id of a stream whose owner has died. */
    long streamOfDeadNode() {
        SimDisks others = new SimDisks(world.simulator());
        SimNode dead = world.start("dead", others, step -> false);
        StreamStore theirs =
                await(world.open(dead, others, OTHER_NODE, options -> options.wal(SimConfig.STORE_WAL_URI)));
        Stream left = own(theirs, "left");
        await(left.tryAppend(RecordBatch.of("kept", 1)).durable());
        await(left.tryAppend(RecordBatch.of("kept too", 1)).durable());
        dead.crash();
        return left.id();
    }

    /** The id of a stream that a take-over has quarantined: offsets are missing before its second record. */
    long quarantinedStream() {
        long id = streamOfDeadNode();
        disks.shift(id, 1, 5);
        await(store.takeOver(OTHER_NODE));
        return id;
    }

    /** Spoils a future that a call has just returned, and lets a long time pass. */
    void giveUp(CompletableFuture<?> answer) {
        spoiling.spoil(answer);
        world.simulator().runFor(LONG_AFTERWARDS.toNanos());
        spoiling.spoil(answer);
    }

    <T> T await(CompletableFuture<T> future) {
        try {
            return world.await(future, "an answer");
        } catch (RuntimeException e) {
            throw new HistoryViolation("a call with an intact future failed: " + Failures.unwrap(e));
        }
    }

    void require(boolean condition, String what) {
        if (!condition) {
            throw new HistoryViolation("not true after a call was abandoned: " + what);
        }
    }

    void requireFailure(CompletableFuture<?> future, Class<? extends Exception> expected) {
        world.settle(future, "a refusal");
        Throwable failure = future.<Throwable>handle((value, error) -> error).join();
        require(failure != null && expected.isInstance(Failures.unwrap(failure)), expected.getSimpleName());
    }

    /** Closes the store and checks that the calls hold no memory. */
    void end() {
        await(store.close(Duration.ofSeconds(20)));
    }

    private Stream own(StreamStore in, String name) {
        long id = await(in.createStream(CreateOptions.named(name)));
        return await(in.openStream(id, OpenOptions.owner()));
    }
}
