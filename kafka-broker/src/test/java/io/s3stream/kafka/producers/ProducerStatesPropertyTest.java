package io.s3stream.kafka.producers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.CompletedTxn;
import org.apache.kafka.storage.internals.log.LogOffsetMetadata;
import org.apache.kafka.storage.internals.log.ProducerAppendInfo;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.VerificationStateEntry;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random appends get the same answers from {@link ProducerStates} as from Kafka's own classes. */
class ProducerStatesPropertyTest {

    private static final int STEPS = 400;
    private static final int DAY = 86_400_000;

    @TempDir
    Path dir;

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersAreThoseOfKafka(long seed) throws IOException {
        History history = new History(new Random(seed), dir.resolve("seed" + seed));
        for (int step = 0; step < STEPS; step++) {
            history.step();
        }
        assertThat(history.accepted).as("appends that were accepted").isGreaterThan(STEPS / 20);
        assertThat(history.refused).as("appends that were refused").isGreaterThan(STEPS / 20);
    }

    /** A random history of appends in both implementations. */
    private static final class History {
        final Random random;
        final ProducerStateManager kafka;
        final List<AbortedTransaction> kafkaAborted = new ArrayList<>();
        ProducerStates ours = new ProducerStates(ProducerSnapshot.EMPTY, 0, DAY);
        long next;
        long confirmed;
        int accepted;
        int refused;

        History(Random random, Path dir) throws IOException {
            this.random = random;
            kafka = new ProducerStateManager(
                    new TopicPartition("topic", 0),
                    Files.createDirectory(dir).toFile(),
                    DAY,
                    new ProducerStateManagerConfig(DAY, true),
                    Time.SYSTEM);
        }

        void step() {
            int kind = random.nextInt(20);
            if (kind < 13) {
                data(random.nextInt(8) > 0);
            } else if (kind < 17) {
                marker();
            } else if (kind < 19) {
                confirmed += random.nextInt((int) (next - confirmed) + 1);
                kafka.onHighWatermarkUpdated(confirmed);
            } else {
                ours = new ProducerStates(copyThroughBytes(), 0, Long.MAX_VALUE);
                LongStream.range(0, 3).forEach(kafka::clearVerificationStateEntry); // a restart forgets them
            }
            assertSame();
        }

        private ProducerSnapshot copyThroughBytes() {
            try {
                // The transactions whose marker is not durable are not part of a snapshot.
                confirmed = next;
                kafka.onHighWatermarkUpdated(confirmed);
                return SnapshotCodec.decode(SnapshotCodec.encode(ours.snapshot(next), 200).stream()
                        .map(ProducerStatesPropertyTest::part)
                        .toList());
            } catch (UnreadableSnapshotException e) {
                throw new AssertionError(e);
            }
        }

        private void data(boolean isClient) {
            long id = random.nextInt(3);
            Optional<ProducerStateEntry> entry = kafka.lastEntry(id);
            int epoch = Math.max(
                    0, entry.map(ProducerStateEntry::producerEpoch).orElse((short) 0) + pick(0, 0, 0, 0, 1, -1));
            MemoryRecords records =
                    Batches.of(id, epoch, isClient ? sequence(entry) : 0, 1 + random.nextInt(3), random.nextBoolean());
            RecordBatch batch = Batches.at(records, next);
            VerificationGuard guard = null;
            boolean isVerified = false;
            if (batch.isTransactional() && random.nextInt(4) > 0) {
                boolean supportsEpochBump = random.nextBoolean();
                isVerified = !hasTransaction(entry, batch);
                if (isVerified) {
                    kafka.maybeCreateVerificationStateEntry(
                            id, batch.baseSequence(), batch.producerEpoch(), supportsEpochBump);
                }
                guard = ours.beginVerification(
                        batch.producerId(), batch.producerEpoch(), batch.baseSequence(), supportsEpochBump, 0);
                assertThat(guard != null).isEqualTo(isVerified);
            }
            if (random.nextInt(10) == 0) {
                return; // the coordinator does not answer: the guard stays
            }
            VerificationGuard finalGuard = guard;
            boolean finalVerified = isVerified;
            compare(batch, () -> kafkaData(batch, isClient, finalVerified), () -> {
                Optional<RecentBatch> duplicate = isClient ? ours.duplicateOf(batch) : Optional.empty();
                if (duplicate.isEmpty()) {
                    ours.check(batch, isClient, finalGuard);
                }
                return duplicate.map(found -> found.firstOffset() + "@" + found.timestamp());
            });
        }

        private int sequence(Optional<ProducerStateEntry> entry) {
            List<BatchMetadata> known =
                    entry.map(present -> List.copyOf(present.batchMetadata())).orElse(List.of());
            if (known.isEmpty()) {
                return pick(0, 0, 0, 1, Integer.MAX_VALUE, Integer.MAX_VALUE - 1, 7);
            }
            int last = known.get(known.size() - 1).lastSeq();
            int following = last == Integer.MAX_VALUE ? 0 : last + 1;
            return pick(
                    following,
                    following,
                    following,
                    following,
                    0,
                    known.get(random.nextInt(known.size())).firstSeq(),
                    3);
        }

        private int pick(int... choices) {
            return choices[random.nextInt(choices.length)];
        }

        private static boolean hasTransaction(Optional<ProducerStateEntry> entry, RecordBatch batch) {
            return entry.filter(present -> present.producerEpoch() == batch.producerEpoch()
                            && present.currentTxnFirstOffset().isPresent())
                    .isPresent();
        }

        private Optional<String> kafkaData(RecordBatch batch, boolean isClient, boolean isVerified) {
            Optional<ProducerStateEntry> entry = kafka.lastEntry(batch.producerId());
            if (isClient && entry.isPresent() && entry.get().producerEpoch() == batch.producerEpoch()) {
                for (BatchMetadata known : entry.get().batchMetadata()) {
                    if (known.firstSeq() == batch.baseSequence() && known.lastSeq() == batch.lastSequence()) {
                        return Optional.of(known.firstOffset() + "@" + known.timestamp());
                    }
                }
            }
            if (batch.isTransactional() && !hasTransaction(entry, batch) && !isVerified) {
                throw new org.apache.kafka.common.errors.InvalidTxnStateException("not verified");
            }
            append(batch, isClient ? AppendOrigin.CLIENT : AppendOrigin.COORDINATOR, (short) -1);
            return Optional.empty();
        }

        private void marker() {
            long id = random.nextInt(3);
            int epoch = Math.max(
                    0,
                    kafka.lastEntry(id).map(ProducerStateEntry::producerEpoch).orElse((short) 0) + pick(0, 0, 1, -1));
            TransactionMarker marker = new TransactionMarker(
                    id, (short) epoch, random.nextBoolean(), pick(3, 3, 3, 4, 2), (short) pick(0, 1, 2));
            RecordBatch batch = Batches.at(Batches.of(marker, 2000), next);
            compare(
                    batch,
                    () -> {
                        append(batch, AppendOrigin.COORDINATOR, marker.transactionVersion());
                        return Optional.empty();
                    },
                    () -> {
                        ours.check(marker);
                        return Optional.empty();
                    });
        }

        private void append(RecordBatch batch, AppendOrigin origin, short transactionVersion) {
            ProducerAppendInfo info = kafka.prepareUpdate(batch.producerId(), origin);
            Optional<CompletedTxn> completed =
                    info.append(batch, Optional.of(new LogOffsetMetadata(batch.baseOffset())), transactionVersion);
            kafka.update(info);
            kafka.updateMapEndOffset(batch.lastOffset() + 1);
            VerificationStateEntry guard = kafka.verificationStateEntry(batch.producerId());
            if (batch.isTransactional()
                    && guard != null
                    && !(guard.supportsEpochBump()
                            && batch.isControlBatch()
                            && batch.producerEpoch() == guard.epoch())) {
                kafka.clearVerificationStateEntry(batch.producerId());
            }
            completed.ifPresent(transaction -> {
                long stable = kafka.lastStableOffset(transaction);
                if (transaction.isAborted()) {
                    kafkaAborted.add(new AbortedTransaction(
                            transaction.producerId(), transaction.firstOffset(), transaction.lastOffset(), stable));
                }
                kafka.completeTxn(transaction);
            });
        }

        private void compare(RecordBatch batch, Append kafkaAppend, Append ourAppend) {
            String expected = outcome(kafkaAppend);
            assertThat(outcome(ourAppend)).as("%s", batch).isEqualTo(expected);
            if (expected.equals("accepted")) {
                ours.add(batch, 0);
                next = batch.lastOffset() + 1;
                accepted++;
            } else {
                refused++;
            }
        }

        private static String outcome(Append append) {
            try {
                return append.run().orElse("accepted");
            } catch (ApiException e) {
                return e.getClass().getSimpleName();
            }
        }

        private void assertSame() {
            Map<Long, ProducerStateEntry> expected = new TreeMap<>(kafka.activeProducers());
            assertThat(ours.entries()).extracting(ProducerEntry::id).containsExactlyElementsOf(expected.keySet());
            for (ProducerEntry entry : ours.entries()) {
                ProducerStateEntry other = expected.get(entry.id());
                assertThat(entry)
                        .isEqualTo(new ProducerEntry(
                                other.producerId(),
                                other.producerEpoch(),
                                other.coordinatorEpoch(),
                                other.lastTimestamp(),
                                entry.lastSeen(), // nor such a time
                                other.currentTxnFirstOffset().orElse(-1),
                                entry.accepted(), // Kafka has no such number
                                other.batchMetadata().stream()
                                        .map(batch -> new RecentBatch(
                                                batch.lastSeq(),
                                                batch.lastOffset(),
                                                batch.offsetDelta(),
                                                batch.timestamp()))
                                        .toList()));
            }
            long stable = kafka.firstUnstableOffset()
                    .map(offset -> offset.messageOffset)
                    .orElse(confirmed);
            assertThat(ours.lastStableOffset(0, confirmed)).isEqualTo(Math.min(stable, confirmed));
            long from = random.nextInt((int) next + 1);
            long to = from + random.nextInt((int) (next - from) + 1);
            assertThat(ours.abortedBetween(from, to)).isEqualTo(kafkaBetween(from, to));
        }

        /** As Kafka's {@code TransactionIndex.collectAbortedTxns}. */
        private List<AbortedTransaction> kafkaBetween(long from, long to) {
            List<AbortedTransaction> found = new ArrayList<>();
            for (AbortedTransaction aborted : kafkaAborted) {
                if (aborted.lastOffset() >= from && aborted.firstOffset() < to) {
                    found.add(aborted);
                }
                if (aborted.lastStableOffset() >= to) {
                    break;
                }
            }
            return found;
        }
    }

    private interface Append {
        Optional<String> run();
    }

    private static SnapshotCodec.Part part(java.nio.ByteBuffer bytes) {
        try {
            return SnapshotCodec.decodePart(bytes);
        } catch (UnreadableSnapshotException e) {
            throw new AssertionError(e);
        }
    }
}
