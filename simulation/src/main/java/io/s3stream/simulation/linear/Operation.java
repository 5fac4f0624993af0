package io.s3stream.simulation.linear;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's operation on a stream, with its answer. Immutable. */
public sealed interface Operation {

    /** Changes the stream. It may take effect without being answered. */
    sealed interface Change extends Operation {}

    /** Reads the stream. Without an answer it means nothing. */
    sealed interface Look extends Operation {}

    /** Became the owner in {@code epoch}, of {@code [start, end)}. */
    record Open(Holder holder, long epoch, long start, long end, boolean isSealed) implements Change {}

    /** Requested ownership and never received an answer. */
    record OpenUnheard(Holder holder) implements Change {}

    /** Put a batch at the end. */
    record Append(Holder holder, Batch batch) implements Change {}

    /** Trimmed everything before {@code start}. */
    record Trim(Holder holder, long start) implements Change {}

    /**
     * Ended the stream for ever.
     *
     * @param holder the owner that did it; null for a stream that nobody had open
     */
    record Seal(@Nullable Holder holder) implements Change {}

    /** Closed the stream. */
    record Close(Holder holder) implements Change {}

    /**
     * A process registered the node: every other process of it loses its open streams, and only {@code process} keeps
     * them.
     */
    record Fence(int node, int process) implements Change {}

    /** Was told that everything before {@code end} is there. */
    record End(Holder holder, boolean isOwner, long end) implements Look {}

    /** Read these batches, which follow each other. An empty list at {@code from} means that the stream ends there. */
    record Fetch(Holder holder, boolean isOwner, long from, List<Batch> batches) implements Look {

        public Fetch {
            batches = List.copyOf(batches);
        }
    }
}
