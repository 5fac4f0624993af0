package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.NodeEpochConflictException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.core.EngineParts;
import io.s3stream.core.append.AckOrder;
import io.s3stream.core.append.IssuedFrame;
import io.s3stream.core.recovery.RecoveryPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A node's streams move to another node, with all acknowledged records. */
class TakeOverTest extends TakeOverNodes {

    private static final List<String> NAMES = List.of("a", "b", "c");

    @Test
    void nfs() throws IOException {
        cutsOffRunningNode(Stores.nfsWal(dir));
    }

    @Test
    void nodeWithWalInObjectStorageIsCutOff() {
        cutsOffRunningNode(Stores.storeWal());
    }

    @Test
    void nodeOnSharedDeviceIsCutOff() {
        cutsOffRunningNode(Stores.sharedWal(dir));
    }

    /** Both nodes use the same medium, as nodes on one mount, one device or one bucket do. */
    private void cutsOffRunningNode(String wal) {
        StreamStore first = open(1, wal);
        List<Stream> streams =
                NAMES.stream().map(name -> Stores.own(first, name)).toList();
        appendTo(streams, 60);
        StreamStore second = open(2, wal);
        Stream mine = Stores.own(second, "mine");
        appendTo(List.of(mine), 10);

        TakeOverReport report = Stores.get(second.takeOver(1));

        assertThat(report.nodeId()).isEqualTo(1);
        assertThat(report.nodeEpoch()).isEqualTo(2);
        assertThat(report.streams()).isEqualTo(3);
        assertThat(report.frames()).isPositive();
        assertThat(report.recordBytes()).isGreaterThan(60 * 3);
        StreamException cutOff = Stores.failure(
                () -> streams.get(0).append(Payloads.batch(0, 0, LARGEST)).durable());
        assertThat(rootKind(cutOff)).isEqualTo(Kind.FENCED);
        List<Stream> taken =
                NAMES.stream().map(name -> Stores.own(second, name)).toList();
        for (int i = 0; i < taken.size(); i++) {
            assertThat(taken.get(i).nextOffset()).isEqualTo(streams.get(i).confirmOffset());
        }
        appendTo(taken, 20);
        appendTo(List.of(mine), 10);
        for (int i = 0; i < taken.size(); i++) {
            Stores.verify(taken.get(i), i, LARGEST);
        }
        await("release")
                .untilAsserted(() -> assertThat(Stores.get(second.listNodes()))
                        .extracting(NodeInfo::id, NodeInfo::isOpen, NodeInfo::openStreams)
                        .containsExactly(tuple(1, false, 0), tuple(2, true, 4)));
        Stores.abandon(first);
        Stores.close(second);
        open.clear();
        Stores.verifyDeep(Stores.objects(dir));

        StreamStore again = open(1, wal);
        Stores.verify(Stores.own(again, "b"), 1, LARGEST);
    }

    @Test
    void repeatedTakeOverIsHarmlessAndSelfOrUnknownNodeIsRefused() {
        StreamStore first = open(1, Stores.storeWal());
        appendTo(List.of(Stores.own(first, "a")), 20);
        StreamStore second = open(2, Stores.storeWal());

        var both = List.of(second.takeOver(1), second.takeOver(1));
        both.forEach(Stores::get);
        TakeOverReport again = Stores.get(second.takeOver(1));

        assertThat(again.streams()).isZero();
        assertThat(again.frames()).isZero();
        assertThat(Stores.failure(() -> second.takeOver(2)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nodeId=2");
        assertThat(Stores.failure(() -> second.takeOver(3)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nodeId=3")
                .hasMessageContaining("[1, 2]");
    }

    @Test
    void secondTakerFinishesInterruptedTakeOver() {
        StreamStore first = open(1, Stores.storeWal());
        List<Stream> streams =
                NAMES.stream().map(name -> Stores.own(first, name)).toList();
        appendTo(streams, 60);
        List<Long> ends = streams.stream().map(Stream::confirmOffset).toList();
        for (int round = 0; round < 5; round++) {
            StreamStore taker = open(10 + round, Stores.storeWal());
            CompletableFuture<TakeOverReport> takeOver = taker.takeOver(1);
            Stores.abandon(taker);
            open.remove(taker);
            Stores.get(takeOver.handle(
                    (report, error) -> null)); // on the callback executor, which close does not wait for
        }
        StreamStore last = open(2, Stores.storeWal());
        Stores.get(last.takeOver(1));
        for (int i = 0; i < NAMES.size(); i++) {
            Stream taken = Stores.own(last, NAMES.get(i));
            assertThat(taken.nextOffset()).isEqualTo(ends.get(i));
            Stores.verify(taken, i, LARGEST);
        }
    }

    @Test
    void staleSuspicionLeavesReturnedNodeAlone() {
        StreamStore dead = open(1, Stores.storeWal());
        appendTo(List.of(Stores.own(dead, "a")), 5);
        Stores.abandon(dead);
        open.remove(dead);
        StreamStore returned = open(1, Stores.storeWal());
        Stream stream = Stores.own(returned, "a");
        StreamStore second = open(2, Stores.storeWal());

        assertThat(Stores.failure(() -> second.takeOver(1, onlyAt(1))))
                .isInstanceOfSatisfying(NodeEpochConflictException.class, conflict -> {
                    assertThat(conflict.nodeId()).isEqualTo(1);
                    assertThat(conflict.expected()).isEqualTo(1);
                    assertThat(conflict.current()).isEqualTo(2);
                });
        appendTo(List.of(stream), 5);
        TakeOverReport report = Stores.get(second.takeOver(1, onlyAt(2)));
        assertThat(report.nodeEpoch()).isEqualTo(3);
        assertThat(report.streams()).isEqualTo(1);
        assertThat(Stores.failure(() -> second.takeOver(1, onlyAt(2)))).isInstanceOf(NodeEpochConflictException.class);
    }

    /** The failed attempt has raised the epoch. Its caller repeats the call as it was. */
    @Test
    void conditionalTakeOverThatFailedAfterItsFenceIsContinued() throws IOException {
        Path wal = Files.createDirectories(dir.resolve("wal-of-1"));
        StreamStore dead = open(1, Stores.nfsWal(wal));
        appendTo(List.of(Stores.own(dead, "a")), 20);
        Stores.abandon(dead);
        open.remove(dead);
        AtomicBoolean fails = new AtomicBoolean();
        StreamStore second = open(2, Stores.nfsWal(wal), new EngineParts() {
            @Override
            public RecoveryPlan recoveryPlan() {
                return new RecoveryPlan() {
                    @Override
                    public boolean closesStreams(boolean isLast) {
                        if (fails.get()) {
                            throw new StorageException("not now");
                        }
                        return super.closesStreams(isLast);
                    }
                };
            }
        });
        fails.set(true);
        assertThat(Stores.failure(() -> second.takeOver(1, onlyAt(1)))).hasMessageContaining("not now");
        fails.set(false);
        StreamStore other = open(3, Stores.storeWal());
        assertThat(Stores.failure(() -> other.takeOver(1, onlyAt(1)))).isInstanceOf(NodeEpochConflictException.class);
        TakeOverReport report = Stores.get(second.takeOver(1, onlyAt(1)));
        assertThat(report.nodeEpoch()).isEqualTo(3);
        assertThat(report.streams()).isEqualTo(1);
    }

    private static TakeOverOptions onlyAt(long epoch) {
        return TakeOverOptions.defaults().ifEpoch(epoch);
    }

    @Test
    void fencedOwnerAndFollowerReadPrefix_R35() {
        readsPrefixAfterTakeOver(new EngineParts());
    }

    @Test
    void ownerShowingUnwrittenAppendsIsCaught_R35() {
        EngineParts broken = new EngineParts() {
            @Override
            public AckOrder ackOrder() {
                return new AckOrder() {
                    @Override
                    @Nullable
                    public IssuedFrame takeAcknowledgeable() {
                        return window.poll();
                    }
                };
            }
        };

        assertThatThrownBy(() -> readsPrefixAfterTakeOver(broken))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the fenced owner");
        // The mutant releases a slab twice as well: the kind of failure does not matter.
        open.forEach(store -> Stores.get(store.close(Duration.ZERO).handle((closed, error) -> null)));
        open.clear();
    }

    /** The old owner continues to append, other batches than the new one at the same offsets, mostly not uploaded. */
    private void readsPrefixAfterTakeOver(EngineParts partsOfTheOld) {
        String wal = Stores.storeWal();
        StreamStore first = open(1, wal, partsOfTheOld);
        Stream old = Stores.own(first, "a");
        appendTo(List.of(old), 20);
        Stores.get(old.flush());
        StreamStore third = open(3, wal);
        StreamReader follower = Stores.read(third, "a");
        appendTo(List.of(old), 20);
        long acknowledged = old.confirmOffset();
        StreamStore second = open(2, wal);
        Stores.get(second.takeOver(1));

        CompletableFuture<Long> late =
                old.append(Payloads.batch(7, acknowledged, LARGEST)).durable();
        Stream present = Stores.own(second, "a");
        appendTo(List.of(present), 5);
        Stores.get(late.handle((offset, error) -> null));

        assertPrefix("the fenced owner", old, acknowledged);
        assertPrefix("a follower", follower, 1);
        Stores.get(present.flush());
        Stores.get(follower.whenDurable(present.confirmOffset()));
        assertPrefix("the fenced owner", old, acknowledged);
        assertPrefix("a follower", follower, present.confirmOffset());
        List.of(third, first, second).forEach(store -> {
            Stores.abandon(store);
            open.remove(store);
        });
        Stores.verify(Stores.own(open(2, wal), "a"), 0, LARGEST);
    }

    /** Checks that {@code stream} shows only records of the present owner, which are writer 0's. */
    private static void assertPrefix(String who, StreamReader stream, long atLeast) {
        assertThat(stream.confirmOffset()).as(who).isGreaterThanOrEqualTo(atLeast);
        assertThatCode(() -> Stores.verify(stream, 0, LARGEST)).as(who).doesNotThrowAnyException();
    }

    @Test
    void streamOwnerIsNamedUntilTakeOver() {
        StreamStore first = open(1, Stores.storeWal());
        Stream stream = Stores.own(first, "a");
        StreamStore second = open(2, Stores.storeWal());
        assertThat(Stores.failure(() -> second.openStream(stream.id(), OpenOptions.owner())))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("node 1");
        Stores.get(second.takeOver(1));
        assertThat(Stores.get(second.openStream(stream.id(), OpenOptions.owner()))
                        .epoch())
                .isGreaterThan(stream.epoch());
    }
}
