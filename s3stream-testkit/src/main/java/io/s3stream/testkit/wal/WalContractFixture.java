package io.s3stream.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The common parts of the WAL contract: a fixture for each test, its processes, a ledger of buffers, and shorthands.
 */
public abstract class WalContractFixture {

    protected static final UUID STORE = new UUID(1, 2);
    protected static final int NODE = 3;

    /** The WAL epoch of the first generation of a node epoch. */
    protected static final long EPOCH = 1 << 16;

    private final UnpooledByteBufAllocator ledger = new UnpooledByteBufAllocator(true, true);
    private final List<WalProcess> processes = new ArrayList<>();
    private WalFixture fixture;
    private URI uri;

    /** Opens a new fixture of the WAL under test, for each test. */
    protected abstract WalFixture openFixture() throws Exception;

    @BeforeEach
    void chooseMedium() throws Exception {
        fixture = openFixture();
        uri = fixture.freshUri();
    }

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        Collections.reverse(processes);
        processes.forEach(WalProcess::close);
        fixture.close();
        Awaitility.await("all buffers are released")
                .pollDelay(Duration.ZERO)
                .untilAsserted(() -> assertThat(ledger.metric().usedDirectMemory()
                                + ledger.metric().usedHeapMemory())
                        .isZero());
    }

    protected final WalFixture fixture() {
        return fixture;
    }

    /** Returns the medium of this test. */
    protected final URI uri() {
        return uri;
    }

    /** Starts a process of the node. */
    protected final WalProcess process() {
        return process(STORE, NODE);
    }

    protected final WalProcess process(UUID store, int node) {
        WalProcess process = new WalProcess(fixture, ledger, store, node, processes.size() + 1);
        processes.add(process);
        return process;
    }

    /** A generation and all frames written to it. */
    protected record Generation(WalDescriptor descriptor, WalFrames frames) {}

    /**
     * Runs a process that begins the first generation, appends frames with these payload sizes one by one, and closes.
     */
    protected final Generation write(int... payloadBytes) {
        return write(EPOCH, 1, payloadBytes);
    }

    protected final Generation write(long walEpoch, long firstSequence, int... payloadBytes) {
        try (WalSession session = process().attach(uri, AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(walEpoch);
            WalFrames frames = new WalFrames(descriptor, NODE, firstSequence);
            try (WriteAheadLog log = session.create(descriptor, firstSequence)) {
                for (int bytes : payloadBytes) {
                    append(log, frames, bytes);
                }
            }
            return new Generation(descriptor, frames);
        }
    }

    /** Appends a frame and waits for it. */
    protected static void append(WriteAheadLog log, WalFrames frames, int payloadBytes) {
        long acked = frames.last().sequence();
        WalFrame frame = Objects.requireNonNull(frames.next(log, payloadBytes, acked), "the WAL is full");
        WalSession.get(log.append(frame));
    }

    /** Returns payload sizes from 1 to about 20 KB, the same for the same seed. */
    protected static int[] sizes(int count, long seed) {
        return new Random(seed).ints(count, 1, 20_000).toArray();
    }

    /** Asserts that the replay has all frames after the first {@code from}, with the same bytes. */
    protected static void assertReplayed(List<WalSession.Read> replayed, WalFrames frames, int from) {
        assertThat(replayed.stream().map(WalSession.Read::sequence))
                .containsExactlyElementsOf(frames.written().stream()
                        .skip(from)
                        .map(WalFrames.Written::sequence)
                        .toList());
        assertPrefix(replayed, frames, from);
    }

    /** Asserts that the replay has frames after the first {@code from}, without gaps and with the same bytes. */
    protected static void assertPrefix(List<WalSession.Read> replayed, WalFrames frames, int from) {
        assertThat(replayed.size()).isLessThanOrEqualTo(frames.written().size() - from);
        for (int i = 0; i < replayed.size(); i++) {
            WalFrames.Written expected = frames.written().get(from + i);
            WalSession.Read read = replayed.get(i);
            assertThat(read.anchor()).isEqualTo(expected.anchor());
            assertThat(read.bytes()).as("frame " + read.sequence()).isEqualTo(expected.bytes());
        }
    }
}
