/**
 * The producers of a partition: the last batches of each idempotent producer, the open transactions, and the
 * aborted transactions that readers of committed records filter by. {@link
 * io.s3stream.kafka.producers.ProducerStates} holds it in memory, under the lock of the partition's log, by the rules
 * of Kafka's {@code ProducerStateManager}.
 *
 * <p>Each log {@code kafka/log/TOPIC/INDEX} has a companion stream {@code kafka/producers/TOPIC/INDEX} with snapshots
 * of that knowledge. An opening of the log loads the newest snapshot and replays the batches after it. {@link
 * io.s3stream.kafka.producers.SnapshotWriter} writes a snapshot after a bounded number of appended bytes, before a
 * trim, and at the close of the log. It appends a snapshot only after all batches that the snapshot stands for are
 * durable. The companion stream keeps two snapshots. If no snapshot is readable, the log replays from its start.
 *
 * <h2>Format</h2>
 *
 * A snapshot is a body. The body is cut into parts, and each part is a batch of the companion stream with one record.
 * Numbers are big-endian.
 *
 * <pre>
 * part      magic            4 bytes   "KPSS"
 *           version          2 bytes   3
 *           index            4 bytes   of this part, from 0
 *           count            4 bytes   of the parts of the snapshot
 *           offset           8 bytes   of the log: the snapshot stands for all batches before it
 *           checksum         4 bytes   CRC-32C of all other bytes of the part
 *           bytes of the body
 *
 * body      count            4 bytes   producers, in ascending order of their ids
 *           producers
 *           count            4 bytes   aborted transactions, in the order of their markers
 *           aborted transactions
 *
 * producer  id               8 bytes
 *           epoch            2 bytes
 *           coordinatorEpoch 4 bytes   of the last marker, or -1
 *           lastTimestamp    8 bytes   of the last batch or marker, or -1
 *           lastSeen         8 bytes   when a broker last appended or replayed something of it, by its clock
 *           transactionStart 8 bytes   first offset of the open transaction, or -1
 *           accepted         4 bytes   sequences before and with the last one without a gap, at most 2^30
 *           count            1 byte    batches, 0 to 5, in the order of their offsets
 *           batches
 *
 * batch     lastSequence     4 bytes
 *           lastOffset       8 bytes
 *           offsetDelta      4 bytes   last offset less first offset
 *           timestamp        8 bytes   the greatest of its records
 *
 * aborted   producerId       8 bytes
 *           firstOffset      8 bytes
 *           lastOffset       8 bytes   of the marker
 *           lastStableOffset 8 bytes   of the log after the marker
 * </pre>
 */
@NullMarked
package io.s3stream.kafka.producers;

import org.jspecify.annotations.NullMarked;
