package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The output of all processes, and whether it is consistent. A stream consists of its writers' parts in sequence. A
 * writer's part begins at the stream's end when the writer opened it, and ends where the next part begins. So each
 * acknowledgement, and each record that was read, must lie in the part of its writer. Lines of different processes
 * arrive in any order. The rule fails for acknowledged records that are missing, were acknowledged twice, or came from
 * a former owner. Thread-safe: the monitor guards all state.
 */
final class ProofLedger {

    /** An opening of a stream for writing. Offsets without a report are -1. */
    private static final class Writer {
        private long epoch = -1;
        private long begins = -1;
        private long startOffset;
        private long ackedEnd = -1;
        private long ackedWithout = -1; // a hole
        private final Map<Long, Long> early = new HashMap<>();
        private long readFrom = Long.MAX_VALUE;
        private long readTo = -1;
        private long closedAt = -1;
        private long trimmed;

        private long reaches() {
            return Math.max(begins, Math.max(ackedEnd, readTo));
        }
    }

    private static final class History {
        private final Map<Integer, Writer> writers = new HashMap<>();
        private final TreeMap<Long, Writer> byEpoch = new TreeMap<>();
        private long trimAsked;
        private long end = -1;

        /** The end of a writer's part: the beginning of the next one, or the end of the stream. */
        private long endOf(Writer writer) {
            var next = byEpoch.higherEntry(writer.epoch);
            return next == null ? end : next.getValue().begins;
        }
    }

    /** A batch of a group that was appended together. */
    private record Part(String stream, long who, long from, long end) {}

    private static final int REFUSALS = 10;

    private final Map<String, History> streams = new HashMap<>();
    private final List<List<Part>> together = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Deque<String> refusals = new ArrayDeque<>();
    private final Map<String, Long> counts = new TreeMap<>();

    /** Records a line of any process. */
    synchronized void accept(int node, String line) {
        String[] words = line.split(" ");
        try {
            note(words);
        } catch (RuntimeException e) {
            violations.add("node " + node + " said '" + line + "': " + e);
        }
        if (words[0].startsWith("not") || words[0].equals("passing")) {
            refusals.addLast("node " + node + ": " + line);
            if (refusals.size() > REFUSALS) {
                refusals.removeFirst();
            }
        }
        if (words[0].equals("bug")) {
            violations.add("node " + node + ": " + line);
        }
        count(
                switch (words[0]) {
                    case "nottaken" -> words[0] + " " + words[2];
                    case "notswitched", "notopen" -> words[0] + " " + words[1];
                    default -> words[0];
                },
                1);
        notifyAll();
    }

    private void note(String[] words) {
        switch (words[0]) {
            case "own" -> opened(words[1], number(words, 2), number(words, 3), number(words, 4), number(words, 5));
            case "ack" -> acked(words[1], number(words, 2), number(words, 3), number(words, 4));
            case "together" -> {
                List<Part> parts = new ArrayList<>();
                for (int i = 1; i < words.length; i += 4) {
                    parts.add(new Part(words[i], number(words, i + 1), number(words, i + 2), number(words, i + 3)));
                }
                together.add(parts);
            }
            case "read" -> {
                count("batches read", number(words, 2));
                for (int i = 3; i < words.length; i += 3) {
                    read(words[1], number(words, i), number(words, i + 1), number(words, i + 2));
                }
            }
            case "trimming" -> {
                History history = history(words[1]);
                history.trimAsked = Math.max(history.trimAsked, number(words, 3));
            }
            case "trimmed" -> writer(words[1], number(words, 2)).trimmed = number(words, 3);
            case "closed" -> {
                writer(words[1], number(words, 2)).closedAt = number(words, 3);
                checkNeighbours(words[1], writer(words[1], number(words, 2)));
            }
            default -> {}
        }
    }

    private void opened(String stream, long who, long epoch, long startOffset, long begins) {
        Writer writer = writer(stream, who);
        require(writer.epoch < 0, stream, "writer " + who + " opened twice");
        writer.epoch = epoch;
        writer.begins = begins;
        writer.ackedEnd = begins;
        writer.ackedWithout = begins;
        writer.startOffset = startOffset;
        Writer same = history(stream).byEpoch.put(epoch, writer);
        require(same == null, stream, "two writers have epoch " + epoch);
        checkNeighbours(stream, writer);
    }

    /**
     * Records an acknowledgement. A process reports its opening before any other line of that stream. Acknowledgements
     * of one writer may arrive out of order from two threads, and a kill may then lose one of them.
     */
    private void acked(String stream, long who, long from, long end) {
        Writer writer = writer(stream, who);
        require(
                writer.begins >= 0 && from >= writer.ackedWithout && writer.early.put(from, end) == null,
                stream,
                "writer " + who + " was acknowledged [" + from + ", " + end + ") again or without having opened");
        while (writer.early.containsKey(writer.ackedWithout)) {
            writer.ackedWithout = writer.early.remove(writer.ackedWithout);
        }
        writer.ackedEnd = Math.max(writer.ackedEnd, end);
        checkNeighbours(stream, writer);
    }

    private void read(String stream, long who, long from, long to) {
        Writer writer = writer(stream, who);
        writer.readFrom = Math.min(writer.readFrom, from);
        writer.readTo = Math.max(writer.readTo, to);
        if (writer.epoch >= 0) {
            checkNeighbours(stream, writer);
        }
    }

    private void checkNeighbours(String stream, Writer writer) {
        TreeMap<Long, Writer> byEpoch = history(stream).byEpoch;
        var before = byEpoch.lowerEntry(writer.epoch);
        var after = byEpoch.higherEntry(writer.epoch);
        require(writer.readFrom >= writer.begins, stream, "records before the beginning of epoch " + writer.epoch);
        if (before != null) {
            checkOrder(stream, before.getValue(), writer);
        }
        if (after != null) {
            checkOrder(stream, writer, after.getValue());
        }
    }

    private void checkOrder(String stream, Writer first, Writer next) {
        String which = "epoch " + first.epoch + ", which ends where epoch " + next.epoch + " begins, at " + next.begins;
        require(first.ackedEnd <= next.begins, stream, "acknowledged up to " + first.ackedEnd + " in " + which);
        require(first.readTo <= next.begins, stream, "read up to " + first.readTo + " in " + which);
        require(
                first.closedAt < 0 || first.closedAt == next.begins,
                stream,
                "closed at " + first.closedAt + " in " + which);
        require(first.trimmed <= next.startOffset, stream, "trimmed to " + first.trimmed + ", then not, in " + which);
    }

    /** Checks the final bounds of a stream, after {@link #accept} received all its records. */
    synchronized void finish(String stream, long startOffset, long end) {
        History history = history(stream);
        history.end = end;
        require(
                startOffset <= history.trimAsked,
                stream,
                "begins at " + startOffset + ", trimmed to " + history.trimAsked);
        long at = startOffset;
        for (Writer writer : history.byEpoch.values()) {
            require(writer.ackedEnd <= end, stream, "acknowledged up to " + writer.ackedEnd + ", ends at " + end);
            require(
                    writer.trimmed <= startOffset,
                    stream,
                    "trimmed to " + writer.trimmed + ", begins at " + startOffset);
            if (writer.reaches() > startOffset) {
                require(writer.begins <= at, stream, "no writer wrote [" + at + ", " + writer.begins + ")");
                at = Math.max(at, writer.reaches());
            }
        }
        require(at == end, stream, "ends at " + end + ", written to " + at);
        history.writers.forEach((who, writer) ->
                require(writer.epoch >= 0, stream, "writer " + who + ", whose records were read, never had it"));
    }

    /** Checks all groups: a group is there completely or not at all, acknowledged or not. */
    synchronized void finishTogether() {
        for (List<Part> parts : together) {
            List<Part> there = parts.stream().filter(this::isThere).toList();
            count(there.isEmpty() ? "together lost" : "together kept", 1);
            require(
                    there.isEmpty() || there.size() == parts.size(),
                    parts.get(0).stream(),
                    "of the records appended together, " + parts + ", there is only " + there);
        }
    }

    private boolean isThere(Part part) {
        return history(part.stream()).endOf(writer(part.stream(), part.who())) >= part.end();
    }

    synchronized void assertPossible() {
        assertThat(violations).isEmpty();
    }

    synchronized long count(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /** Recent refusals, with their reasons. */
    synchronized List<String> refusals() {
        return List.copyOf(refusals);
    }

    synchronized Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    /**
     * Waits for the given number of further lines of a kind, or for a violation. Returns whether they arrived in time.
     */
    synchronized boolean await(String what, long more, Duration atMost) throws InterruptedException {
        long wanted = count(what) + more;
        long until = System.nanoTime() + atMost.toNanos();
        while (count(what) < wanted && violations.isEmpty()) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private void count(String what, long more) {
        counts.merge(what, more, Long::sum);
    }

    private void require(boolean holds, String stream, String otherwise) {
        if (!holds) {
            violations.add("stream " + stream + ": " + otherwise);
        }
    }

    private History history(String stream) {
        return streams.computeIfAbsent(stream, name -> new History());
    }

    private Writer writer(String stream, long who) {
        return history(stream).writers.computeIfAbsent(Math.toIntExact(who), id -> new Writer());
    }

    private static long number(String[] words, int index) {
        return Long.parseLong(words[index]);
    }
}
