package io.s3stream.spi.wal;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The content of a medium.
 *
 * @param medium its kind, in words, with its holder if that can be told
 * @param generations by WAL epoch
 */
public record WalInspection(String medium, List<FoundGeneration> generations) {

    public WalInspection {
        generations = List.copyOf(generations);
    }

    /**
     * A generation with an opening record.
     *
     * @param frames number of intact frames that follow each other, from the oldest present frame
     * @param firstSequence of the oldest of them; 0 if there is none
     * @param lastSequence of the newest of them; 0 if there is none
     * @param ackedThrough the greatest acknowledged sequence according to these frames; 0 if there is none
     * @param bytes of these frames
     * @param isFenced whether a fence is set; false where locks fence
     * @param end the reason why the run ends there: no frame follows, or the fault of the next frame and its place
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
