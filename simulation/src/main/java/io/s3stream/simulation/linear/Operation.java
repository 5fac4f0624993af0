package io.s3stream.simulation.linear;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody did to a stream, with what it answered. Immutable. */
public sealed interface Operation {

    /** Changes the stream. It may take effect without being answered. */
    sealed interface Change extends Operation {}

    /** Tells what is there. Without an answer it means nothing. */
    sealed interface Look extends Operation {}

    /** Became the owner in {@code epoch}, of {@code [start, end)}. */
    record Open(Holder holder, long epoch, long start, long end, boolean isSealed) implements Change {}

    /** Wanted to become the owner and never heard of it. */
    record OpenUnheard(Holder holder) implements Change {}

    /** Put a batch at the end. */
    record Append(Holder holder, Batch batch) implements Change {}

    /** Let everything before {@code start} go. */
    record Trim(Holder holder, long start) implements Change {}

    /**
     * Ended the stream for ever.
     *
     * @param holder the owner that did it; null for a stream that nobody had open
     */
    record Seal(@Nullable Holder holder) implements Change {}

    /** Gave the stream up. */
    record Close(Holder holder) implements Change {}

    /** A process registered the node: every other process of it loses what it has open, {@code process} alone does not. */
    record Fence(int node, int process) implements Change {}

    /** Was told that everything before {@code end} is there. */
    record End(Holder holder, boolean isOwner, long end) implements Look {}

    /** Read these batches, which follow each other; none at {@code from} says that the stream ends there. */
    record Fetch(Holder holder, boolean isOwner, long from, List<Batch> batches) implements Look {

        public Fetch {
            batches = List.copyOf(batches);
        }
    }
}
