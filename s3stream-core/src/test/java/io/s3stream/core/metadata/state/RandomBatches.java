package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.Command.GenerationKey;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import io.s3stream.spi.wal.WalDescriptor;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Batches that are mostly sensible for the model's present state, and sometimes wrong in every possible way. */
public final class RandomBatches {

    private static final int NODES = 3;

    private final Random random;
    private final @Nullable RandomCompactions compactions;
    private final ModelState model;
    private final boolean releases;
    private final Map<Integer, UUID> sessions = new TreeMap<>();
    private Batch last;
    private long number;

    /** Without compactions. */
    public RandomBatches(Random random, ModelState model) {
        this(random, model, null, false);
    }

    /** @param releases whether there are commands that release ranges: the golden files are older than those */
    public RandomBatches(Random random, ModelState model, @Nullable RandomCompactions compactions, boolean releases) {
        this.random = random;
        this.model = model;
        this.compactions = compactions;
        this.releases = releases;
    }

    public Batch next() {
        if (last != null && random.nextInt(10) == 0) {
            return last; // a duplicate
        }
        int node = 1 + random.nextInt(NODES);
        if (!sessions.containsKey(node) || random.nextInt(30) == 0) {
            UUID session = new UUID(random.nextLong(), random.nextLong());
            last = new Batch(node, session, ++number, List.of(register(node, session)));
            sessions.put(node, session);
            return last;
        }
        List<Command> commands = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            commands.add(command(random.nextInt(60) == 0 ? 1 + random.nextInt(NODES) : node));
        }
        UUID session = random.nextInt(40) == 0 ? new UUID(1, 1) : sessions.get(node);
        last = new Batch(node, session, random.nextInt(40) == 0 ? number - 1 : ++number, commands);
        return last;
    }

    private Command register(int node, UUID session) {
        List<GenerationKey> expected = new ArrayList<>();
        ModelState.Node known = model.nodes.get(node);
        if (known != null) {
            known.generations.forEach(g -> expected.add(new GenerationKey(g[0], g[2] != ModelState.OPEN)));
        }
        if (random.nextInt(8) == 0) {
            expected.add(new GenerationKey(random.nextInt(5), random.nextBoolean()));
        }
        long present = known == null ? 0 : known.epoch;
        long ifEpoch = random.nextInt(3) == 0 ? Math.max(0, present - random.nextInt(2)) : 0;
        return new Command.RegisterNode(node, session, expected, ifEpoch, tags());
    }

    private Command command(int node) {
        ModelState.Node known = model.nodes.getOrDefault(node, new ModelState.Node());
        long epoch = known.epoch - (random.nextInt(40) == 0 ? 1 : 0);
        long stream = 1 + random.nextInt((int) Math.max(1, model.lastStream + 1));
        ModelState.Stream s = model.streams.getOrDefault(stream, new ModelState.Stream());
        long noise = random.nextInt(6) == 0 ? random.nextInt(5) - 2 : 0;
        if (compactions != null && random.nextInt(8) == 0) {
            return compactions.next(node, epoch);
        }
        switch (random.nextInt(releases ? 23 : 14)) {
            case 0:
                long walEpoch = known.lastWalEpoch + 1 + noise;
                long first = known.generations.isEmpty()
                        ? known.committed.sequence() + 1
                        : known.generations.get(known.generations.size() - 1)[2] + 1;
                return new Command.OpenGeneration(node, epoch, descriptor(walEpoch), first + noise);
            case 1:
                long end = known.committed.sequence() + random.nextInt(4) - (random.nextInt(5) == 0 ? 2 : 0);
                return new Command.SealGeneration(node, epoch, anyGeneration(known), end);
            case 2:
                return new Command.RemoveGeneration(node, epoch, anyGeneration(known));
            case 3:
                String name = random.nextInt(3) == 0 ? "" : "name" + random.nextInt(8);
                return new Command.CreateStream(
                        node, epoch, name, random.nextInt(5) == 0 ? Map.of("a", "b", "c", "d") : Map.of());
            case 4, 5:
                return new Command.OpenStream(
                        node, epoch, stream, random.nextInt(3) == 0 ? s.callerEpoch + noise : Math.min(0, noise));
            case 6:
                Optional<UploadedObject> rest =
                        random.nextBoolean() ? Optional.empty() : Optional.of(object(List.of(range(stream, s, noise))));
                long finalEnd = rest.map(o -> o.ranges().get(0).end()).orElse(s.end);
                return new Command.CloseStream(node, epoch, stream, s.epoch, finalEnd + noise, rest);
            case 7:
                return random.nextInt(4) == 0
                        ? new Command.DeleteStream(node, epoch, stream)
                        : new Command.TrimStream(node, epoch, stream, s.start + random.nextInt(6) - 1);
            case 8:
                return new Command.TrimStream(node, epoch, stream, s.end + noise);
            case 14:
                return random.nextInt(4) == 0
                        ? new Command.Heartbeat(node, epoch)
                        : new Command.ReleaseRanges(node, epoch, random.nextInt(4));
            case 15:
                return new Command.QuarantineRecords(node, epoch, List.of(object(keptRanges())));
            case 16:
                return releaseQuarantine(node, epoch);
            case 17:
                return new Command.UpdateTags(
                        node,
                        epoch,
                        stream,
                        noise == 0 ? s.tags : Map.of("x", ""),
                        Map.of("v", "" + random.nextInt(3)));
            case 18:
                if (random.nextInt(4) > 0) {
                    return new Command.CloseStream(node, epoch, stream, s.epoch, s.end + noise, Optional.empty());
                }
                long sealer = s.owner == -1 && random.nextInt(3) > 0 ? 0 : s.epoch - Math.max(0, noise);
                return new Command.SealStream(node, epoch, stream, sealer, s.end + noise);
            case 19:
                return new Command.RemoveNode(node, epoch, 1 + random.nextInt(NODES + 1));
            case 20:
                return new Command.SetNodeTags(node, epoch, tags());
            case 21:
                return change(node, epoch);
            case 22:
                List<Command> changes = new ArrayList<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    changes.add(change(random.nextInt(60) == 0 ? node + 1 : node, epoch));
                }
                return new Command.CommitChanges(node, epoch, changes);
            case 9:
                long object = 1 + random.nextInt((int) model.lastObject + 2);
                return new Command.RemoveObjects(node, epoch, List.of(object, object + 7));
            default:
                return commit(node, epoch, known, noise);
        }
    }

    /** A part of a commit of several changes. Renames pass names from one stream to another. */
    private Command change(int node, long epoch) {
        long stream = 1 + random.nextInt((int) Math.max(1, model.lastStream + 1));
        ModelState.Stream known = model.streams.getOrDefault(stream, new ModelState.Stream());
        return switch (random.nextInt(8)) {
            case 0 -> new Command.DeleteStream(node, epoch, stream);
            case 1, 2 -> new Command.CreateStream(node, epoch, anyName(), Map.of());
            case 3 -> new Command.UpdateTags(node, epoch, stream, known.tags, tags());
            default ->
                new Command.RenameStream(
                        node, epoch, stream, random.nextInt(8) == 0 ? anyName() : known.name, anyName());
        };
    }

    private String anyName() {
        return random.nextInt(5) == 0 ? "" : "name" + random.nextInt(8);
    }

    private Map<String, String> tags() {
        return random.nextBoolean() ? Map.of() : Map.of("t", "" + random.nextInt(3));
    }

    private Command commit(int node, long epoch, ModelState.Node known, long noise) {
        List<UploadedObject> objects = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            List<UploadedRange> ranges = new ArrayList<>();
            model.streams.forEach((id, stream) -> {
                if (random.nextInt(3) == 0 && ranges.size() < 5) {
                    UploadedRange first = range(id, stream, random.nextInt(20) == 0 ? 1 : 0);
                    ranges.add(first);
                    if (random.nextInt(3) == 0) {
                        ranges.add(following(first));
                    }
                }
            });
            objects.add(object(ranges));
        }
        long from = known.committed.sequence() + (random.nextInt(3) == 0 ? noise : 0);
        long to = from + random.nextInt(4) - (random.nextInt(20) == 0 ? 1 : 0);
        return new Command.CommitUpload(
                node, epoch, from, new CommittedPosition(to, 1, to * 10, (int) to), objects, random.nextInt(6) == 0);
    }

    /** Mostly of open streams, behind a hole. */
    private List<UploadedRange> keptRanges() {
        List<UploadedRange> ranges = new ArrayList<>();
        model.streams.forEach((id, stream) -> {
            if (random.nextInt(stream.owner == -1 ? 20 : 3) == 0 && ranges.size() < 4) {
                UploadedRange first = range(id, stream, random.nextInt(4));
                ranges.add(random.nextInt(10) == 0 ? first : withEpoch(first, stream.epoch + random.nextInt(2)));
                if (random.nextInt(3) == 0) {
                    ranges.add(following(ranges.get(ranges.size() - 1)));
                }
            }
        });
        return ranges;
    }

    private static UploadedRange withEpoch(UploadedRange range, long epoch) {
        return new UploadedRange(
                range.streamId(), epoch, range.start(), range.end(), range.bytes(), range.maxTimestamp());
    }

    private Command releaseQuarantine(int node, long epoch) {
        List<Long> streams = List.copyOf(model.quarantines.keySet());
        if (streams.isEmpty() || random.nextInt(20) == 0) {
            return new Command.ReleaseQuarantine(node, epoch, 1, random.nextBoolean(), Optional.empty());
        }
        long id = streams.get(random.nextInt(streams.size()));
        if (random.nextInt(4) == 0) {
            return new Command.ReleaseQuarantine(node, epoch, id, false, Optional.empty());
        }
        ModelState.Stream stream = model.streams.get(id);
        long at = stream.end;
        List<UploadedRange> fillers = new ArrayList<>();
        for (Quarantine.Kept kept : model.quarantines.get(id)) {
            if (kept.start() > at) {
                fillers.add(new UploadedRange(
                        random.nextInt(30) == 0 ? id + 1 : id, stream.epoch, at, kept.start(), 44, Long.MIN_VALUE));
            }
            at = Math.max(at, kept.end());
        }
        return new Command.ReleaseQuarantine(
                node, epoch, id, true, fillers.isEmpty() ? Optional.empty() : Optional.of(object(fillers)));
    }

    private UploadedObject object(List<UploadedRange> ranges) {
        long bytes = ranges.stream().mapToLong(UploadedRange::bytes).sum();
        return new UploadedObject(
                "data/" + random.nextInt(1000), bytes + (random.nextInt(60) == 0 ? -1 : random.nextInt(3)), ranges);
    }

    private UploadedRange range(long id, ModelState.Stream stream, long noise) {
        long start = stream.end + noise - (random.nextInt(8) == 0 ? 2 : 0);
        long epoch = stream.epoch - (random.nextInt(12) == 0 ? 1 : 0);
        int length = random.nextInt(80) == 0 ? 0 : 1 + random.nextInt(5);
        return new UploadedRange(id, epoch, start, start + length, random.nextInt(100), timestamp());
    }

    /**
     * The close of a stream that has several runs in the write cache: a part that is committed already, and the rest.
     */
    private UploadedRange following(UploadedRange first) {
        return new UploadedRange(
                first.streamId(),
                first.streamEpoch(),
                first.end(),
                first.end() + 1 + random.nextInt(3),
                random.nextInt(100),
                timestamp());
    }

    private long timestamp() {
        return switch (random.nextInt(12)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            default -> random.nextInt(1000) - 1;
        };
    }

    private long anyGeneration(ModelState.Node node) {
        return node.generations.isEmpty() || random.nextInt(10) == 0
                ? random.nextInt(5)
                : node.generations.get(random.nextInt(node.generations.size()))[0];
    }

    public static WalDescriptor descriptor(long walEpoch) {
        return new WalDescriptor(
                URI.create("block:///tmp/wal?capacity=1GiB"),
                walEpoch,
                -walEpoch,
                4096,
                1 << 20,
                4,
                4 << 20,
                1L << 30,
                Map.of("device", "d1", "boot", "b"));
    }
}
