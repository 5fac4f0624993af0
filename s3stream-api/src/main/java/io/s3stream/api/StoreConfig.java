package io.s3stream.api;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The values of a store's configuration. Immutable. The first three components together are the budget of appends and
 * reads for payload data, in direct memory; the heap holds indexes and metadata only. Compaction has a separate buffer,
 * half of it on the heap.
 *
 * @param writeCacheBytes memory for appended data until it is uploaded, and after that while there is room
 * @param blockCacheBytes memory for data blocks read from object storage; up to half for blocks read ahead of a
 *     sequential reader, up to half for unclosed fetch results
 * @param readBufferBytes memory for reads in flight from object storage: a quarter for blocks that a fetch waits for,
 *     the rest for read-ahead
 * @param frameBytes size to which a frame grows while the WAL is busy; a larger batch gets its own; at most 512 MiB
 * @param maxAppendBytes the largest payload of one batch; at most 512 MiB
 * @param uploadThresholdBytes the amount of waiting data that starts an upload (less if the WAL or the cache is small)
 * @param uploadInterval the maximum time between two uploads while data waits
 * @param maxConcurrentUploads the maximum of concurrent object builds and PUTs
 * @param blockBytes the maximum size of a data block, unless a single batch is larger
 * @param streamObjectBytes a stream with this much data in one upload gets an object of its own
 * @param streamObjectMaxBytes the maximum size of an object that compaction makes of objects of one stream
 * @param compactionEnabled whether this node compacts its small objects into larger ones
 * @param compactionInterval the time between two checks for compactable objects
 * @param compactionBytesPerSecond the maximum rate of compaction reads
 * @param compactionBufferBytes the memory of a compaction, in addition to {@link #memoryBytes}
 * @param compactionFanout the number of similarly sized objects merged into one
 * @param readAheadBytes the maximum read-ahead of a sequential reader; 0 for none
 * @param joinedGetBytes the maximum size of a GET that reads ahead for several streams whose blocks are neighbours in one
 *     object; 0: each GET reads one stream
 * @param readThreads threads that verify and decode blocks, and so the processors that catch-up reads may keep busy
 * @param appendTimeout how long {@link Stream#append} and {@link StreamStore#appendAll} wait for memory
 * @param closeTimeout how long {@link StreamStore#close()} may take to upload and drain
 * @param walTimeout the time after which a silent WAL has failed if there is a {@code walFallback} (noticed within
 *     twice that). Without a fallback appends wait for it, and {@link StoreListener#unreachable} names it. Also how
 *     long {@link StreamStore#switchWal} waits for the old WAL to answer
 * @param idleFrameDelay the time without an append after which an empty frame tells the WAL the acknowledged sequence
 * @param deletionGrace how long an unreferenced object stays in object storage, for readers with older metadata; 0:
 *     this node deletes no such objects
 * @param sweepInterval how often this node looks for objects that were written and never committed, if there were new
 *     commits; 0: never
 * @param heartbeatInterval how often this node commits a sign of life, if it commits no other change, and checks the
 *     other nodes: one conditional write and one conditional read each time; 0: never. Use the same value for all nodes
 *     of a store: the others suspect a node without heartbeats
 * @param suspectAfter how long another node may be silent before {@link StoreListener#nodeSuspected} is called
 */
public record StoreConfig(
        long writeCacheBytes,
        long blockCacheBytes,
        long readBufferBytes,
        int frameBytes,
        int maxAppendBytes,
        long uploadThresholdBytes,
        Duration uploadInterval,
        int maxConcurrentUploads,
        int blockBytes,
        long streamObjectBytes,
        long streamObjectMaxBytes,
        boolean compactionEnabled,
        Duration compactionInterval,
        long compactionBytesPerSecond,
        int compactionBufferBytes,
        int compactionFanout,
        int readAheadBytes,
        int joinedGetBytes,
        int readThreads,
        Duration appendTimeout,
        Duration closeTimeout,
        Duration walTimeout,
        Duration idleFrameDelay,
        Duration deletionGrace,
        Duration sweepInterval,
        Duration heartbeatInterval,
        Duration suspectAfter) {

    private static final String BAD_CONFIGURATION = "bad configuration: ";
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    /** Two such frames, with headers and padding, are less than 2 GiB, the maximum size of a buffer. */
    private static final long MAX_FRAME_BYTES = 512 * MIB;

    /** A part of an upload is an eighth of the buffer, and at least 5 MiB on S3. */
    private static final long MIN_COMPACTION_BUFFER = 40 * MIB;

    public StoreConfig {
        ConfigProblems problems = new ConfigProblems();
        problems.atLeast("writeCacheBytes", writeCacheBytes, 64 * KIB);
        problems.atLeast("blockCacheBytes", blockCacheBytes, 0);
        problems.atLeast("readBufferBytes", readBufferBytes, 64 * KIB);
        problems.atLeast("frameBytes", frameBytes, 4 * KIB);
        problems.atLeast("maxAppendBytes", maxAppendBytes, 1);
        problems.atLeast("uploadThresholdBytes", uploadThresholdBytes, 4 * KIB);
        problems.positive("uploadInterval", uploadInterval);
        problems.atLeast("maxConcurrentUploads", maxConcurrentUploads, 1);
        problems.atLeast("blockBytes", blockBytes, KIB);
        problems.atLeast("streamObjectBytes", streamObjectBytes, 4 * KIB);
        problems.positive("compactionInterval", compactionInterval);
        problems.atLeast("compactionBytesPerSecond", compactionBytesPerSecond, KIB);
        problems.atLeast("compactionBufferBytes", compactionBufferBytes, MIN_COMPACTION_BUFFER);
        problems.atLeast("compactionFanout", compactionFanout, 2);
        problems.atLeast("readAheadBytes", readAheadBytes, 0);
        problems.atLeast("joinedGetBytes", joinedGetBytes, 0);
        problems.atLeast("readThreads", readThreads, 1);
        problems.positive("appendTimeout", appendTimeout);
        problems.positive("closeTimeout", closeTimeout);
        problems.positive("walTimeout", walTimeout);
        problems.positive("idleFrameDelay", idleFrameDelay);
        problems.notNegative("deletionGrace", deletionGrace);
        problems.notNegative("sweepInterval", sweepInterval);
        problems.notNegative("heartbeatInterval", heartbeatInterval);
        boolean patient = suspectAfter.compareTo(heartbeatInterval.multipliedBy(2)) >= 0;
        String twice = "must be at least twice heartbeatInterval=" + heartbeatInterval;
        problems.require(patient, "suspectAfter", suspectAfter, twice);
        boolean ordered = streamObjectMaxBytes >= streamObjectBytes;
        String atLeastMinimum = "must be at least streamObjectBytes=" + streamObjectBytes;
        problems.require(ordered, "streamObjectMaxBytes", streamObjectMaxBytes, atLeastMinimum);
        String limit = "must be at most " + MAX_FRAME_BYTES;
        problems.require(frameBytes <= MAX_FRAME_BYTES, "frameBytes", frameBytes, limit);
        problems.require(maxAppendBytes <= MAX_FRAME_BYTES, "maxAppendBytes", maxAppendBytes, limit);
        problems.require(blockBytes <= MAX_FRAME_BYTES, "blockBytes", blockBytes, limit);
        String half = "must be at most half of writeCacheBytes=" + writeCacheBytes;
        problems.require(maxAppendBytes <= writeCacheBytes / 2, "maxAppendBytes", maxAppendBytes, half);
        if (!problems.all().isEmpty()) {
            throw bad(problems.all());
        }
    }

    /** Values for a first use: 480 MiB of direct memory, uploads of 64 MiB or every 10 s, batches up to 64 MiB. */
    public static StoreConfig defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The whole memory budget of appends and reads in bytes. */
    public long memoryBytes() {
        return writeCacheBytes + blockCacheBytes + readBufferBytes;
    }

    /**
     * Reads a host's properties: the component names as keys, sizes as {@code 1048576}, {@code 512KiB} or {@code
     * 64MiB}, durations as {@code 500ms}, {@code 10s} or {@code PT10S}, and {@code true} or {@code false}. Reports
     * every unknown key and bad value at once.
     */
    public static StoreConfig fromMap(Map<String, String> options) {
        return builder().putAll(options).build();
    }

    private static InvalidRequestException bad(List<String> problems) {
        return new InvalidRequestException(BAD_CONFIGURATION + String.join("; ", problems));
    }

    /** Collects values by name, with defaults for the others. Not thread-safe. */
    public static final class Builder {

        private final Map<String, Object> values = new LinkedHashMap<>();
        private final List<String> unreadable = new ArrayList<>();

        private Builder() {
            values.put("writeCacheBytes", 256 * MIB);
            values.put("blockCacheBytes", 128 * MIB);
            values.put("readBufferBytes", 96 * MIB);
            values.put("frameBytes", 512 * KIB);
            values.put("maxAppendBytes", 64 * MIB);
            values.put("uploadThresholdBytes", 64 * MIB);
            values.put("uploadInterval", Duration.ofSeconds(10));
            values.put("maxConcurrentUploads", 2L);
            values.put("blockBytes", MIB);
            values.put("streamObjectBytes", 16 * MIB);
            values.put("streamObjectMaxBytes", 1024 * MIB);
            values.put("compactionEnabled", true);
            values.put("compactionInterval", Duration.ofSeconds(10));
            values.put("compactionBytesPerSecond", 64 * MIB);
            values.put("compactionBufferBytes", 64 * MIB);
            values.put("compactionFanout", 16L);
            values.put("readAheadBytes", 96 * MIB);
            values.put("joinedGetBytes", 0L);
            values.put("readThreads", (long) Runtime.getRuntime().availableProcessors());
            values.put("appendTimeout", Duration.ofSeconds(10));
            values.put("closeTimeout", Duration.ofSeconds(30));
            values.put("walTimeout", Duration.ofSeconds(10));
            values.put("idleFrameDelay", Duration.ofSeconds(1));
            values.put("deletionGrace", Duration.ofMinutes(10));
            values.put("sweepInterval", Duration.ofHours(1));
            values.put("heartbeatInterval", Duration.ZERO);
            values.put("suspectAfter", Duration.ofSeconds(10));
        }

        public Builder writeCacheBytes(long bytes) {
            return set("writeCacheBytes", bytes);
        }

        public Builder blockCacheBytes(long bytes) {
            return set("blockCacheBytes", bytes);
        }

        public Builder readBufferBytes(long bytes) {
            return set("readBufferBytes", bytes);
        }

        public Builder frameBytes(int bytes) {
            return set("frameBytes", (long) bytes);
        }

        public Builder maxAppendBytes(int bytes) {
            return set("maxAppendBytes", (long) bytes);
        }

        public Builder uploadThresholdBytes(long bytes) {
            return set("uploadThresholdBytes", bytes);
        }

        public Builder uploadInterval(Duration interval) {
            return set("uploadInterval", interval);
        }

        public Builder maxConcurrentUploads(int uploads) {
            return set("maxConcurrentUploads", (long) uploads);
        }

        public Builder blockBytes(int bytes) {
            return set("blockBytes", (long) bytes);
        }

        public Builder streamObjectBytes(long bytes) {
            return set("streamObjectBytes", bytes);
        }

        public Builder streamObjectMaxBytes(long bytes) {
            return set("streamObjectMaxBytes", bytes);
        }

        public Builder compactionEnabled(boolean enabled) {
            return set("compactionEnabled", enabled);
        }

        public Builder compactionInterval(Duration interval) {
            return set("compactionInterval", interval);
        }

        public Builder compactionBytesPerSecond(long bytes) {
            return set("compactionBytesPerSecond", bytes);
        }

        public Builder compactionBufferBytes(int bytes) {
            return set("compactionBufferBytes", (long) bytes);
        }

        public Builder compactionFanout(int objects) {
            return set("compactionFanout", (long) objects);
        }

        public Builder readAheadBytes(int bytes) {
            return set("readAheadBytes", (long) bytes);
        }

        public Builder joinedGetBytes(int bytes) {
            return set("joinedGetBytes", (long) bytes);
        }

        public Builder readThreads(int threads) {
            return set("readThreads", (long) threads);
        }

        public Builder appendTimeout(Duration timeout) {
            return set("appendTimeout", timeout);
        }

        public Builder closeTimeout(Duration timeout) {
            return set("closeTimeout", timeout);
        }

        public Builder walTimeout(Duration timeout) {
            return set("walTimeout", timeout);
        }

        public Builder idleFrameDelay(Duration delay) {
            return set("idleFrameDelay", delay);
        }

        public Builder deletionGrace(Duration grace) {
            return set("deletionGrace", grace);
        }

        public Builder sweepInterval(Duration interval) {
            return set("sweepInterval", interval);
        }

        public Builder heartbeatInterval(Duration interval) {
            return set("heartbeatInterval", interval);
        }

        public Builder suspectAfter(Duration silence) {
            return set("suspectAfter", silence);
        }

        /** Throws {@link InvalidRequestException} with all problems. */
        public StoreConfig build() {
            List<String> problems = new ArrayList<>(unreadable);
            try {
                StoreConfig config = create(problems);
                if (problems.isEmpty()) {
                    return config;
                }
            } catch (InvalidRequestException e) {
                problems.add(String.valueOf(e.getMessage()).substring(BAD_CONFIGURATION.length()));
            }
            throw bad(problems);
        }

        private StoreConfig create(List<String> problems) {
            return new StoreConfig(
                    size("writeCacheBytes"),
                    size("blockCacheBytes"),
                    size("readBufferBytes"),
                    count("frameBytes", problems),
                    count("maxAppendBytes", problems),
                    size("uploadThresholdBytes"),
                    duration("uploadInterval"),
                    count("maxConcurrentUploads", problems),
                    count("blockBytes", problems),
                    size("streamObjectBytes"),
                    size("streamObjectMaxBytes"),
                    (Boolean) Objects.requireNonNull(values.get("compactionEnabled"), "compactionEnabled"),
                    duration("compactionInterval"),
                    size("compactionBytesPerSecond"),
                    count("compactionBufferBytes", problems),
                    count("compactionFanout", problems),
                    count("readAheadBytes", problems),
                    count("joinedGetBytes", problems),
                    count("readThreads", problems),
                    duration("appendTimeout"),
                    duration("closeTimeout"),
                    duration("walTimeout"),
                    duration("idleFrameDelay"),
                    duration("deletionGrace"),
                    duration("sweepInterval"),
                    duration("heartbeatInterval"),
                    duration("suspectAfter"));
        }

        private Builder putAll(Map<String, String> options) {
            options.forEach((key, text) -> {
                Object present = values.get(key);
                try {
                    if (present == null) {
                        unreadable.add("unknown option " + key + "=" + text + "; known are " + values.keySet());
                    } else if (present instanceof Boolean) {
                        values.put(key, Units.parseBoolean(text));
                    } else if (present instanceof Duration) {
                        values.put(key, Units.parseDuration(text));
                    } else {
                        values.put(key, Units.parseBytes(text));
                    }
                } catch (InvalidRequestException e) {
                    unreadable.add(key + "=" + text + ": " + e.getMessage());
                }
            });
            return this;
        }

        private Builder set(String name, Object value) {
            values.put(name, value);
            return this;
        }

        private long size(String name) {
            return (Long) Objects.requireNonNull(values.get(name), name);
        }

        private int count(String name, List<String> problems) {
            long value = size(name);
            if (value > Integer.MAX_VALUE) {
                problems.add(name + "=" + value + ": must be at most " + Integer.MAX_VALUE);
            }
            return (int) Math.min(value, Integer.MAX_VALUE);
        }

        private Duration duration(String name) {
            return (Duration) Objects.requireNonNull(values.get(name), name);
        }
    }
}
