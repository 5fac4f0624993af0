package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Sector;
import io.s3stream.wal.block.format.OpeningRecord;
import io.s3stream.wal.block.format.RingGeometry;
import io.s3stream.wal.block.format.SharedLayout;
import io.s3stream.wal.block.format.SharedSuperblock;
import io.s3stream.wal.block.format.Superblock;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Bytes with valid checksums that no writer wrote: refused as damage, in bounded time and memory. */
class HostileBytesTest {

    private static final URI PLACE = URI.create("block:///w?capacity=1MiB");
    private static final int AREA = Superblock.AREA_BYTES;

    private final MemoryMedium memory = new MemoryMedium(new byte[0]);
    private final UnpooledByteBufAllocator ledger = new UnpooledByteBufAllocator(true, true);
    private final WalContext context = Wal.context(new InlineRuntime(), 64 << 10, ledger);
    private final BlockWalProvider provider = new BlockWalProvider(memory);

    private WalDescriptor write() {
        try (WalMedium medium = Wal.attach(provider, PLACE, AttachMode.CREATE, context)) {
            WalDescriptor descriptor = Wal.get(medium.prepare(1));
            Frames frames = new Frames(descriptor, Wal.NODE, 1);
            try (WriteAheadLog log = medium.create(descriptor, 1)) {
                for (int i = 0; i < 5; i++) {
                    Wal.get(log.append(frames.next(log, 5000, i)));
                }
            }
            return descriptor;
        }
    }

    /** The sector of the only opening record. */
    private ByteBuffer opening() {
        for (int at = 0; at < AREA; at += BlockDevice.ALIGNMENT) {
            ByteBuffer sector = ByteBuffer.wrap(memory.image, at, Sector.BYTES).slice();
            if (OpeningRecord.isPresent(sector)) {
                return sector;
            }
        }
        throw new AssertionError("no opening record");
    }

    @Test
    void openingRecordWithImpossibleFieldIsDamage() {
        write();
        byte[] intact = memory.image.clone();
        record Change(int at, long value) {}
        for (Change change : List.of(
                new Change(8, -1),
                new Change(8, Long.MAX_VALUE),
                new Change(56, 0),
                new Change(56, Long.MIN_VALUE),
                new Change(56, Long.MAX_VALUE - 4095),
                new Change(64, 0),
                new Change(64, -4096),
                new Change(64, Long.MAX_VALUE - 4095),
                new Change(64, 12_345),
                new Change(72, 0),
                new Change(72, -1))) {
            memory.image = intact.clone();
            opening().putLong(change.at(), change.value());
            reseal();
            for (AttachMode mode : AttachMode.values()) {
                assertThatThrownBy(() -> Wal.attach(provider, PLACE, mode, context))
                        .as(change.toString())
                        .isInstanceOf(CorruptedDataException.class)
                        .hasMessageContaining("its checksum is right");
            }
            assertThatThrownBy(() -> Wal.get(provider.inspect(PLACE, context)))
                    .as(change.toString())
                    .isInstanceOf(CorruptedDataException.class);
        }
        assertThat(ledger.metric().usedDirectMemory()).isZero();
    }

    /** After the change, the checksum does not identify the record. */
    private void reseal() {
        for (int at = 0; at < AREA; at += BlockDevice.ALIGNMENT) {
            ByteBuffer sector = ByteBuffer.wrap(memory.image, at, Sector.BYTES).slice();
            if (sector.getInt(0) == 0x5333_424F) {
                Sector.seal(sector);
            }
        }
    }

    @Test
    void sharedSuperblockWithImpossibleLayoutIsDamage() {
        URI shared = URI.create("block:///w?mode=shared");
        for (SharedLayout layout : List.of(
                new SharedLayout(-1, 4, 1 << 20),
                new SharedLayout(Integer.MAX_VALUE, 4, 1 << 20),
                new SharedLayout(16, 1 << 30, 1 << 20),
                new SharedLayout(16, 0, 1 << 20),
                new SharedLayout(16, 4, -4096),
                new SharedLayout(16, 4, Long.MAX_VALUE & -4096))) {
            memory.image = new byte[1 << 20];
            new SharedSuperblock(new UUID(1, 1), Wal.STORE, 0, layout).encode(ByteBuffer.wrap(memory.image));
            assertThatThrownBy(() -> Wal.attach(provider, shared, AttachMode.EXISTING, context))
                    .as(layout.toString())
                    .isInstanceOf(CorruptedDataException.class);
            assertThatThrownBy(() -> Wal.get(provider.inspect(shared, context)))
                    .isInstanceOf(CorruptedDataException.class);
        }
    }

    @Test
    void descriptorOfNoWriterIsDamage() {
        WalDescriptor good = write();
        try (WalMedium medium = Wal.attach(provider, PLACE, AttachMode.EXISTING, context)) {
            for (WalDescriptor hostile : List.of(
                    like(good, 0, good.maxFrameBytes(), Map.of()),
                    like(good, -4096, good.maxFrameBytes(), Map.of()),
                    like(good, Long.MAX_VALUE, good.maxFrameBytes(), Map.of()),
                    like(good, good.capacityBytes(), Integer.MAX_VALUE, Map.of()),
                    like(good, good.capacityBytes(), good.maxFrameBytes(), Map.of(RingGeometry.ORIGIN, "here")),
                    like(good, good.capacityBytes(), good.maxFrameBytes(), Map.of(RingGeometry.ORIGIN, "-1")))) {
                assertThatThrownBy(() -> Wal.get(medium.fence(hostile, 1)))
                        .as(hostile.toString())
                        .isInstanceOf(CorruptedDataException.class);
                assertThatThrownBy(() -> Wal.get(medium.replay(hostile, new WalAnchor(0, 0, 0))))
                        .isInstanceOf(CorruptedDataException.class);
            }
        }
    }

    private static WalDescriptor like(WalDescriptor good, long capacity, int maxFrame, Map<String, String> properties) {
        return new WalDescriptor(
                good.uri(),
                good.walEpoch(),
                good.nonce(),
                good.alignment(),
                maxFrame,
                good.maxInFlight(),
                good.maxInFlightBytes(),
                capacity,
                properties);
    }

    /** Frames with any position, length and acknowledgement, and with the right nonce and checksum. */
    @Test
    void hostileFramesAreEndOrDamageForReplayAndInspection() {
        WalDescriptor descriptor = write();
        byte[] intact = memory.image.clone();
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            memory.image = intact.clone();
            for (int i = 0; i < 40; i++) {
                int block = random.nextInt((memory.image.length - AREA) / 4096 - 1);
                putHeader(descriptor, AREA + block * 4096, random);
            }
            answersOrIsDamaged(() -> {
                try (WalMedium medium = Wal.attach(provider, PLACE, AttachMode.EXISTING, context)) {
                    Wal.fenceAndReplay(medium, descriptor, new Frames(descriptor, Wal.NODE, 1).start());
                }
            });
            answersOrIsDamaged(() -> Wal.get(provider.inspect(PLACE, context)));
            assertThat(ledger.metric().usedDirectMemory()).as("seed " + seed).isZero();
        }
    }

    private static void answersOrIsDamaged(Runnable action) {
        try {
            action.run();
        } catch (CorruptedDataException e) {
            assertThat(e).hasMessageContaining("sequence=");
        } catch (StreamException e) {
            throw new AssertionError("a failure other than damage", e);
        }
    }

    private void putHeader(WalDescriptor descriptor, int at, Random random) {
        long[] odd = {
            0,
            1,
            -1,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Long.MAX_VALUE - 4095,
            at - AREA,
            at - AREA + descriptor.capacityBytes()
        };
        ByteBuffer image = ByteBuffer.wrap(memory.image);
        FrameHeader header = new FrameHeader(
                Wal.NODE,
                descriptor.walEpoch(),
                descriptor.nonce(),
                odd[random.nextInt(odd.length)],
                odd[random.nextInt(odd.length)],
                odd[random.nextInt(odd.length)],
                FrameFormat.initialChain(descriptor.nonce()),
                0,
                0);
        FrameFormat.seal(image, at, 0, 4096, header);
        if (random.nextBoolean()) {
            int[] lengths = {4000, 65_536, 1 << 30, Integer.MAX_VALUE - 100};
            image.putInt(at + 12, lengths[random.nextInt(lengths.length)]);
            java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
            crc.update(memory.image, at, 68);
            image.putInt(at + 68, (int) crc.getValue());
        }
    }
}
