package io.s3stream.core.metadata.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.bytes.Digest;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.StoredObject;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.log.Bytes;
import io.s3stream.core.metadata.log.Head;
import io.s3stream.core.metadata.log.HeadCodec;
import io.s3stream.core.metadata.log.ObjectRef;
import io.s3stream.core.metadata.log.Seeds;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.ModelState;
import io.s3stream.core.metadata.state.RandomBatches;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.core.metadata.state.StateMachineModelTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class MetadataCodecTest {

    private static final UUID SESSION = new UUID(0x1122334455667788L, 0x99aabbccddeeff00L);

    private static List<Command> everyCommand() {
        UploadedObject object = new UploadedObject(
                "data/ab/1-1-1",
                1000,
                List.of(
                        new UploadedObject.UploadedRange(1, 1, 0, 10, 400, 77),
                        new UploadedObject.UploadedRange(2, 1, 5, 9, 600, -1)));
        return List.of(
                new Command.RegisterNode(3, SESSION, List.of(new Command.GenerationKey(4, true))),
                new Command.RegisterNode(3, SESSION, List.of(), 9, Map.of("host", "a")),
                new Command.OpenGeneration(3, 1, RandomBatches.descriptor(5), 1),
                new Command.SealGeneration(3, 1, 5, 9),
                new Command.RemoveGeneration(3, 1, 5),
                new Command.CreateStream(3, 1, "näme", Map.of("b", "2", "a", "1")),
                new Command.OpenStream(3, 1, 1, 0),
                new Command.CloseStream(3, 1, 1, 1, 10, Optional.of(object)),
                new Command.CloseStream(3, 1, 1, 1, 10, Optional.empty()),
                new Command.DeleteStream(3, 1, 1),
                new Command.TrimStream(3, 1, 1, Long.MAX_VALUE),
                new Command.CommitUpload(3, 1, 0, new CommittedPosition(7, 5, 4096, -5), List.of(object), true),
                new Command.RemoveObjects(3, 1, List.of(1L, -2L, Long.MAX_VALUE)),
                new Command.OpenStream(3, 1, 1, 7),
                new Command.UpdateTags(3, 1, 1, Map.of("b", "2", "a", "1"), Map.of()),
                new Command.SealStream(3, 1, 1, 5, 77),
                new Command.SealStream(3, 1, 1, 0, 0),
                new Command.RemoveNode(3, 1, 4),
                new Command.SetNodeTags(3, 1, Map.of("b", "2", "a", "1")),
                new Command.RenameStream(3, 1, 1, "näme", ""),
                new Command.CommitChanges(
                        3,
                        1,
                        List.of(
                                new Command.CreateStream(3, 1, "x", Map.of("a", "1")),
                                new Command.UpdateTags(3, 1, 1, Map.of(), Map.of("a", "2")),
                                new Command.DeleteStream(3, 1, 2),
                                new Command.RenameStream(3, 1, 3, "y", "z"))),
                new Command.ReleaseRanges(3, 1, 5000),
                new Command.Heartbeat(3, 1),
                new Command.RetireObjects(3, 1, List.of(new StoredObject("data/ab/1-1-2", 70))));
    }

    private static Batch quarantine() {
        UploadedObject kept = new UploadedObject(
                "data/ab/3-2-1",
                900,
                List.of(
                        new UploadedObject.UploadedRange(1, 4, 7, 9, 400, 77),
                        new UploadedObject.UploadedRange(1, 4, 12, 13, 500, Long.MIN_VALUE)));
        return new Batch(
                3,
                SESSION,
                44,
                List.of(
                        new Command.QuarantineRecords(3, 2, List.of(kept, kept)),
                        new Command.ReleaseQuarantine(3, 2, 1, false, Optional.empty()),
                        new Command.ReleaseQuarantine(3, 2, 1, true, Optional.of(kept))));
    }

    /** A stream with two kept ranges. */
    private static MetadataState quarantinedState() {
        StateMachine machine = new StateMachine();
        MetadataState state = machine.initial(SESSION);
        machine.apply(state, new Batch(3, SESSION, 1, List.of(new Command.RegisterNode(3, SESSION, List.of()))));
        machine.apply(
                state,
                new Batch(
                        3,
                        SESSION,
                        2,
                        List.of(new Command.CreateStream(3, 1, "s", Map.of()), new Command.OpenStream(3, 1, 1, 4))));
        UploadedObject kept = ((Command.QuarantineRecords)
                        quarantine().commands().get(0))
                .objects()
                .get(0);
        machine.apply(state, new Batch(3, SESSION, 3, List.of(new Command.QuarantineRecords(3, 1, List.of(kept)))));
        assertThat(state.quarantine(1).kept()).hasSize(2);
        return state;
    }

    /** A sealed stream of two epochs, and a node that was removed. */
    private static MetadataState sealedState() {
        UUID other = new UUID(1, 2);
        StateMachine machine = new StateMachine();
        MetadataState state = machine.initial(SESSION);
        machine.apply(state, new Batch(4, other, 1, List.of(new Command.RegisterNode(4, other, List.of()))));
        machine.apply(state, new Batch(3, SESSION, 1, List.of(new Command.RegisterNode(3, SESSION, List.of()))));
        List<CommandResult> results = machine.apply(
                state,
                new Batch(
                        3,
                        SESSION,
                        2,
                        List.of(
                                new Command.CreateStream(3, 1, "s", Map.of()),
                                new Command.OpenStream(3, 1, 1, 40),
                                close(1, 0, 10),
                                new Command.OpenStream(3, 1, 1, 41),
                                close(2, 10, 15),
                                new Command.TrimStream(3, 1, 1, 4),
                                new Command.UpdateTags(3, 1, 1, Map.of(), Map.of("a", "1")),
                                new Command.SealStream(3, 1, 1, 0, 0),
                                new Command.RemoveNode(3, 1, 4))));
        assertThat(results).allMatch(CommandResult.Accepted.class::isInstance);
        assertThat(state.stream(1).epochs().toMap()).isEqualTo(Map.of(1L, 4L, 2L, 10L));
        return state;
    }

    private static Command close(long epoch, long start, long end) {
        return new Command.CloseStream(
                3,
                1,
                1,
                epoch,
                end,
                Optional.of(new UploadedObject(
                        "data/ab/3-1-" + epoch,
                        500,
                        List.of(new UploadedObject.UploadedRange(1, epoch, start, end, 400, 77)))));
    }

    private static Batch compaction() {
        CompactedObject object = new CompactedObject(
                "data/ab/3-1-2",
                2000,
                List.of(
                        new CompactedObject.CompactedRange(1, 0, 10, 400, 77, List.of(5L, 6L, 6L)),
                        new CompactedObject.CompactedRange(1, 20, 25, 100, Long.MIN_VALUE, List.of(9L)),
                        new CompactedObject.CompactedRange(900, 5, Long.MAX_VALUE, 0, -1, List.of(5L))));
        return new Batch(3, SESSION, 43, List.of(new Command.CommitCompaction(3, 1, List.of(object, object))));
    }

    private static Batch rewrite() {
        CompactedObject object = new CompactedObject(
                "data/ab/3-1-3",
                1000,
                List.of(new CompactedObject.CompactedRange(1, 5, 25, 300, Long.MIN_VALUE, List.of(5L, 9L))));
        return new Batch(3, SESSION, 45, List.of(new Command.CommitRewrite(3, 1, 7, 500, object)));
    }

    private static Batch batch() {
        return new Batch(3, SESSION, 42, everyCommand());
    }

    private static Head head() {
        return new Head(
                1,
                SESSION,
                new Head.Checkpoint(new ObjectRef("meta/checkpoint/c", 5000, SESSION), 10, new UUID(1, 2)),
                List.of(new Head.Segment(new ObjectRef("meta/segment/s", 900, SESSION), 8, 20, new UUID(3, 4))),
                20,
                List.of(
                        new Head.Inline(new Bytes(BatchCodec.encode(batch())), 12),
                        new Head.Referenced(new ObjectRef("meta/batch/b", 20_000, SESSION), 1)));
    }

    private static MetadataState state() {
        Random random = new Random(5);
        ModelState model = new ModelState();
        RandomBatches batches = new RandomBatches(random, model, null, true);
        StateMachine machine = new StateMachine();
        MetadataState state = machine.initial(SESSION);
        for (int i = 0; i < 200; i++) {
            Batch batch = batches.next();
            machine.apply(state, batch);
            model.apply(batch);
        }
        return state;
    }

    private static byte[] checkpoint() {
        return StateMachineModelTest.bytes(CheckpointCodec.encode(state()));
    }

    @Test
    void everyCommandIsReadAsWritten() {
        assertThat(BatchCodec.decode(BatchCodec.encode(batch()), "test")).isEqualTo(batch());
        assertThat(BatchCodec.decode(BatchCodec.encode(compaction()), "test")).isEqualTo(compaction());
        assertThat(BatchCodec.decode(BatchCodec.encode(rewrite()), "test")).isEqualTo(rewrite());
        assertThat(BatchCodec.decode(BatchCodec.encode(quarantine()), "test")).isEqualTo(quarantine());
        byte[] one = BatchCodec.encode(batch());
        BatchCodec.LoggedBatch logged = new BatchCodec.LoggedBatch(batch(), Digest.of(one));
        assertThat(BatchCodec.decodeSegment(BatchCodec.encodeSegment(SESSION, List.of(one, one)), "test"))
                .isEqualTo(new BatchCodec.Segment(SESSION, List.of(logged, logged)));
    }

    @Test
    void headIsReadAsWritten() {
        assertThat(HeadCodec.decode(HeadCodec.encode(head()), "test")).isEqualTo(head());
        Head first = Head.first(SESSION);
        assertThat(HeadCodec.decode(HeadCodec.encode(first), "test")).isEqualTo(first);
    }

    @Test
    void bytesOfVersionFourNeverChange() throws IOException {
        golden("batch-v4.hex", BatchCodec.encode(batch()));
        golden("batch-compaction-v4.hex", BatchCodec.encode(compaction()));
        golden("batch-quarantine-v4.hex", BatchCodec.encode(quarantine()));
        golden("batch-rewrite-v4.hex", BatchCodec.encode(rewrite()));
        golden("checkpoint-quarantine-v4.hex", StateMachineModelTest.bytes(CheckpointCodec.encode(quarantinedState())));
        golden("checkpoint-sealed-v4.hex", StateMachineModelTest.bytes(CheckpointCodec.encode(sealedState())));
        golden("head-v4.hex", HeadCodec.encode(head()));
        golden("checkpoint-v4.hex", checkpoint());
    }

    private static void golden(String name, byte[] bytes) throws IOException {
        String update = System.getProperty("golden.update");
        if (update != null) {
            Path file = Path.of(update, "io/s3stream/core/metadata", name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, HexFormat.of().formatHex(bytes).replaceAll("(.{64})", "$1\n") + "\n");
            return;
        }
        try (InputStream in = MetadataCodecTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
            assertThat(HexFormat.of().formatHex(bytes)).as(name).isEqualTo(hex);
        }
    }

    @Test
    void commandOfUnknownTypeStopsReader_R16() {
        byte[] bytes = BatchCodec.encode(new Batch(1, SESSION, 1, List.of(new Command.OpenStream(1, 1, 1, 0))));
        bytes[bytes.length - 4 - 5] = 99;
        assertThatThrownBy(() -> BatchCodec.decode(sealed(bytes), "meta/batch/x"))
                .isInstanceOf(StreamException.class)
                .isNotInstanceOf(CorruptedDataException.class)
                .hasMessageContaining("meta/batch/x")
                .hasMessageContaining("command type 99");
        byte[] newer = BatchCodec.encode(batch());
        newer[4] = 5;
        assertThatThrownBy(() -> BatchCodec.decode(sealed(newer), "x")).hasMessageContaining("upgraded");
    }

    @Test
    void bytesOfOtherVersionAreRefusedWithRemedy() {
        byte[] older = BatchCodec.encode(batch());
        older[4] = 3;
        assertThatThrownBy(() -> BatchCodec.decode(sealed(older), "x"))
                .isInstanceOf(StreamException.class)
                .isNotInstanceOf(CorruptedDataException.class)
                .hasMessageContaining("format version 3")
                .hasMessageContaining("rebuild");
    }

    @Test
    void garbageIsReportedAsCorruptedData() {
        Map<String, BiFunction<byte[], String, Object>> decoders = Map.of(
                "batch", BatchCodec::decode,
                "compaction", BatchCodec::decode,
                "rewrite", BatchCodec::decode,
                "segment", BatchCodec::decodeSegment,
                "head", HeadCodec::decode,
                "checkpoint", CheckpointCodec::decode,
                "sealed", CheckpointCodec::decode);
        Map<String, byte[]> samples = Map.of(
                "batch", BatchCodec.encode(batch()),
                "compaction", BatchCodec.encode(compaction()),
                "rewrite", BatchCodec.encode(rewrite()),
                "segment", BatchCodec.encodeSegment(SESSION, List.of(BatchCodec.encode(batch()))),
                "head", HeadCodec.encode(head()),
                "checkpoint", checkpoint(),
                "sealed", StateMachineModelTest.bytes(CheckpointCodec.encode(sealedState())));
        Seeds.forEach(2_000, seed -> {
            Random random = new Random(seed);
            samples.forEach((kind, sample) -> {
                byte[] bytes = mutated(sample, random);
                boolean repaired = random.nextBoolean();
                if (repaired) {
                    bytes = sealed(bytes);
                }
                if (Arrays.equals(bytes, sample)) {
                    return;
                }
                try {
                    decoders.get(kind).apply(bytes, "test");
                    assertThat(repaired)
                            .as(kind + " with a wrong checksum was read")
                            .isTrue();
                } catch (CorruptedDataException expected) {
                    assertThat(expected).hasMessageContaining("test");
                } catch (StreamException newer) {
                    assertThat(repaired).isTrue();
                    assertThat(newer.getMessage()).containsAnyOf("newer software", "format version");
                }
            });
        });
    }

    private static byte[] mutated(byte[] sample, Random random) {
        byte[] bytes = sample.clone();
        switch (random.nextInt(4)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
            case 2 -> {
                bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
            }
            default -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    int value = random.nextInt(3) == 0 ? 0xff : random.nextInt(256);
                    bytes[random.nextInt(bytes.length)] = (byte) value;
                }
            }
        }
        return bytes;
    }

    /** Adds the matching checksum: a decoder sees such bytes if a writer was wrong. */
    private static byte[] sealed(byte[] bytes) {
        if (bytes.length < 4) {
            return bytes;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
        return bytes;
    }

    @Test
    void numbersAndLongContentsSurviveSplitIntoPieces() {
        Random random = new Random(3);
        ByteWriter out = new ByteWriter(1, 1);
        long[] numbers = new long[100_000];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextLong() >> random.nextInt(64);
            out.signed(numbers[i]).unsigned(numbers[i]).fixed64(numbers[i]);
        }
        byte[] large = new byte[3_000_000];
        random.nextBytes(large);
        out.bytes(large);
        ByteReader in = new ByteReader(out.sealToArray(), 1, "test");
        for (long number : numbers) {
            assertThat(in.signed() == number && in.unsigned() == number && in.fixed64() == number)
                    .isTrue();
        }
        assertThat(in.bytes()).isEqualTo(large);
        in.end();
    }
}
