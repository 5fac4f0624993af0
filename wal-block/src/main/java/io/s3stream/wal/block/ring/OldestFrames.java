package io.s3stream.wal.block.ring;

import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.format.OpeningRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the first frames of generations without an anchor. It reads a part of the medium from end to end, and keeps the
 * first frames of each lap of each generation. Blocking; used once, by one thread.
 */
public final class OldestFrames {

    private static final int CHUNK_BYTES = 1 << 20;

    /** The number of first frames to keep for each lap, in case the bodies of the first ones are damaged. */
    private static final int CANDIDATES = 8;

    /** A ring holds frames of the newest lap and of the one before. */
    private static final int LAPS = 2;

    private final MediumIo io;
    private final Map<Long, OpeningRecord> byNonce = new HashMap<>();

    /** By nonce, then by lap: the frames with the lowest positions, in order. No frame of an older lap is left. */
    private final Map<Long, TreeMap<Long, List<FrameHeader>>> found = new HashMap<>();

    private final Map<Long, Long> lastPosition = new HashMap<>();

    public OldestFrames(MediumIo io, List<OpeningRecord> openings) {
        this.io = io;
        openings.forEach(opening -> byNonce.put(opening.nonce(), opening));
    }

    /** Reads all rings of the generations. The rings of one medium may overlap. */
    public void scan() throws IOException {
        long from = Long.MAX_VALUE;
        long to = 0;
        for (OpeningRecord opening : byNonce.values()) {
            from = Math.min(from, opening.ring().origin());
            to = Math.max(to, opening.ring().mediumBytes());
        }
        to = Math.min(to, io.device().size());
        Blocks blocks = new Blocks(io.device(), io.allocator());
        for (long at = from; at < to; at += CHUNK_BYTES) {
            long start = at;
            int length = (int) Math.min(CHUNK_BYTES, to - at);
            blocks.read(start, length, bytes -> look(bytes, start));
        }
    }

    private ByteBuffer look(ByteBuffer bytes, long start) {
        for (int at = 0; at < bytes.limit(); at += BlockDevice.ALIGNMENT) {
            FrameHeader header = FrameFormat.hasMagic(bytes, at) ? FrameFormat.headerOrNull(bytes, at) : null;
            OpeningRecord opening = header == null ? null : byNonce.get(header.nonce());
            if (header != null
                    && opening != null
                    && opening.walEpoch() == header.walEpoch()
                    && header.position() >= 0
                    && opening.ring().physical(header.position()) == start + at) {
                add(opening, header);
            }
        }
        return bytes;
    }

    private void add(OpeningRecord opening, FrameHeader header) {
        long lap = header.position() / opening.ring().ringBytes();
        TreeMap<Long, List<FrameHeader>> laps = found.computeIfAbsent(opening.nonce(), nonce -> new TreeMap<>());
        List<FrameHeader> first = laps.computeIfAbsent(lap, none -> new ArrayList<>());
        if (first.size() < CANDIDATES) {
            first.add(header); // the scan meets the frames of a lap in the order of positions
        }
        if (laps.size() > LAPS) {
            laps.pollFirstEntry();
        }
        lastPosition.merge(opening.nonce(), header.position(), Math::max);
    }

    /**
     * Returns the frames with which a generation may begin, best first. Ignores frames more than a lap behind the
     * newest one: they are remains in the space that is skipped at a lap's end.
     */
    public List<FrameHeader> of(OpeningRecord opening) {
        Long last = lastPosition.get(opening.nonce());
        if (last == null) {
            return List.of();
        }
        return found.getOrDefault(opening.nonce(), new TreeMap<>()).values().stream()
                .flatMap(List::stream)
                .filter(header -> header.position() > last - opening.ring().ringBytes())
                .sorted(Comparator.comparingLong(FrameHeader::position))
                .toList();
    }
}
