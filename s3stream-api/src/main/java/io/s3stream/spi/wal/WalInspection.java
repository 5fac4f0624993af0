package io.s3stream.spi.wal;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What was found on a medium.
 *
 * @param medium what it is, in words, with who holds it if that can be told
 * @param generations by WAL epoch
 */
public record WalInspection(String medium, List<FoundGeneration> generations) {

    public WalInspection {
        generations = List.copyOf(generations);
    }

    /**
     * A generation whose opening record is there.
     *
     * @param frames how many intact frames of it follow each other, from the oldest that is still there
     * @param firstSequence of the oldest of them; 0 when there is none
     * @param lastSequence of the newest of them; 0 when there is none
     * @param ackedThrough the greatest sequence these frames say was acknowledged; 0 when there is none
     * @param bytes of these frames
     * @param isFenced whether a fence is set; false where locks fence
     * @param end why the run ends there: nothing follows, or what is wrong with the next frame and where it is
     */
    public record FoundGeneration(
            UUID storeId,
            int nodeId,
            long walEpoch,
            long frames,
            long firstSequence,
            long lastSequence,
            long ackedThrough,
            long bytes,
            boolean isFenced,
            Optional<String> end) {}
}
