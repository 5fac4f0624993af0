package io.s3stream.core.metadata.state;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.RangeList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A second implementation of the rules, as plain as possible: it copies everything before each command and counts
 * objects by scanning.
 */
public final class ModelState extends ModelRanges {

    private ModelState copy() {
        ModelState copy = new ModelState();
        copyTo(copy);
        return copy;
    }

    public List<Answer> apply(Batch batch) {
        Node node = nodes.get(batch.nodeId());
        boolean same = node != null && node.session.equals(batch.session());
        if (same && node.lastNumber == batch.number()) {
            return node.lastAnswers;
        }
        boolean registers = batch.commands().get(0) instanceof Command.RegisterNode register
                && register.session().equals(batch.session())
                && register.nodeId() == batch.nodeId();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < batch.commands().size(); i++) {
            if (!same && !registers) {
                answers.add(new Answer(Kind.FENCED, 0, List.of()));
            } else if (same && batch.number() < node.lastNumber) {
                answers.add(new Answer(Kind.CONFLICT, 0, List.of()));
            } else {
                answers.add(applyOne(batch, i, registers));
            }
        }
        Node after = nodes.get(batch.nodeId());
        if (after != null && after.session.equals(batch.session()) && after.lastNumber < batch.number()) {
            after.lastNumber = batch.number();
            after.lastAnswers = answers;
        }
        return answers;
    }

    private Answer applyOne(Batch batch, int index, boolean registers) {
        Command command = batch.commands().get(index);
        ModelState after = copy();
        try {
            need(command.nodeId() == batch.nodeId(), Kind.INVALID);
            Answer answer;
            if (command instanceof Command.RegisterNode register) {
                need(index == 0 && registers, Kind.INVALID);
                answer = after.register(register);
            } else {
                Node node = after.nodes.get(command.nodeId());
                need(node != null && node.epoch == command.nodeEpoch(), Kind.FENCED);
                answer = after.execute(node, command);
            }
            streams = after.streams;
            objects = after.objects;
            releases = after.releases;
            quarantines = after.quarantines;
            nodes = after.nodes;
            lastStream = after.lastStream;
            lastObject = after.lastObject;
            floor = after.floor;
            return answer;
        } catch (No no) {
            return new Answer(no.kind, 0, List.of());
        }
    }

    private Answer register(Command.RegisterNode c) {
        Node node = nodes.computeIfAbsent(c.nodeId(), id -> new Node());
        if (node.epoch > 0 && node.session.equals(c.session())) {
            return yes(node.epoch);
        }
        need(c.ifEpoch() == 0 || c.ifEpoch() == node.epoch, Kind.CONFLICT);
        need(node.generations.size() == c.expected().size(), Kind.CONFLICT);
        for (int i = 0; i < node.generations.size(); i++) {
            need(node.generations.get(i)[0] == c.expected().get(i).walEpoch(), Kind.CONFLICT);
            need((node.generations.get(i)[2] != OPEN) == c.expected().get(i).sealed(), Kind.CONFLICT);
        }
        node.epoch = node.epoch == 0 ? floor + 1 : node.epoch + 1;
        node.session = c.session();
        node.tags = c.tags();
        node.lastNumber = Long.MIN_VALUE;
        return yes(node.epoch);
    }

    private Answer execute(Node node, Command command) {
        if (command instanceof Command.OpenGeneration c) {
            need(c.descriptor().walEpoch() > node.lastWalEpoch, Kind.CONFLICT);
            need(node.generations.stream().allMatch(g -> g[2] != OPEN), Kind.CONFLICT);
            long first = node.generations.isEmpty()
                    ? node.committed.sequence() + 1
                    : node.generations.get(node.generations.size() - 1)[2] + 1;
            need(c.firstSequence() == first, Kind.CONFLICT);
            node.generations.add(new long[] {c.descriptor().walEpoch(), first, OPEN});
            node.lastWalEpoch = c.descriptor().walEpoch();
        } else if (command instanceof Command.SealGeneration c) {
            long[] generation = generation(node, c.walEpoch());
            if (generation[2] != OPEN) {
                need(generation[2] == c.sealedEnd(), Kind.CONFLICT);
            }
            need(c.sealedEnd() >= generation[1] - 1, Kind.CONFLICT);
            if (generation[2] == OPEN && node.committed.sequence() >= generation[1]) {
                need(c.sealedEnd() >= node.committed.sequence(), Kind.CONFLICT);
            }
            generation[2] = c.sealedEnd();
        } else if (command instanceof Command.RemoveGeneration c) {
            long[] generation = generation(node, c.walEpoch());
            need(generation[2] != OPEN && generation[2] <= node.committed.sequence(), Kind.CONFLICT);
            node.generations.remove(generation);
        } else if (command instanceof Command.CreateStream c) {
            return create(c);
        } else if (command instanceof Command.CommitUpload c) {
            need(c.from() == node.committed.sequence() && c.to().sequence() >= c.from(), Kind.CONFLICT);
            List<Long> dead = take(c.objects());
            if (c.to().sequence() != c.from()) {
                node.committed = c.to();
            }
            int closed = 0;
            if (c.closeOwned()) {
                for (Stream stream : streams.values()) {
                    if (stream.owner == c.nodeId() && stream.ownerEpoch < node.epoch) {
                        stream.owner = -1;
                        stream.ownerEpoch = 0;
                        closed++;
                    }
                }
            }
            return new Answer(null, closed, dead);
        } else if (command instanceof Command.CommitCompaction c) {
            return new Answer(null, 0, replace(c.objects()));
        } else if (command instanceof Command.CommitRewrite c) {
            return rewrite(node, c);
        } else if (command instanceof Command.ReleaseRanges c) {
            need(c.limit() >= 1, Kind.INVALID);
            int released = 0;
            if (!releases.isEmpty()) {
                List<RangeList.Range> oldest = releases.get(0);
                released = Math.min(c.limit(), oldest.size());
                oldest.subList(0, released).clear();
                releases.removeIf(List::isEmpty);
            }
            return yes(released);
        } else if (command instanceof Command.RemoveNode c) {
            Node removed = nodes.get(c.removed());
            need(c.removed() != c.nodeId() && removed != null && removed.epoch > 0, Kind.INVALID);
            need(removed.generations.isEmpty(), Kind.CONFLICT);
            need(streams.values().stream().noneMatch(stream -> stream.owner == c.removed()), Kind.CONFLICT);
            nodes.remove(c.removed());
            floor = Math.max(floor, removed.epoch);
        } else if (command instanceof Command.Heartbeat) {
            return yes(0);
        } else if (command instanceof Command.SetNodeTags c) {
            node.tags = c.tags();
        } else if (command instanceof Command.CommitChanges c) {
            return commitChanges(node, c);
        } else if (command instanceof Command.QuarantineRecords c) {
            return new Answer(null, 0, quarantine(c.objects()));
        } else if (command instanceof Command.ReleaseQuarantine c) {
            endQuarantine(c);
        } else if (command instanceof Command.RemoveObjects c) {
            for (long id : c.objectIds()) {
                need(count(id)[0] == 0, Kind.CONFLICT);
                objects.remove(id);
            }
        } else {
            return executeOnStream(command);
        }
        return yes(0);
    }

    private Answer commitChanges(Node node, Command.CommitChanges c) {
        List<Long> ids = new ArrayList<>();
        for (Command change : c.changes()) {
            need(change.nodeId() == c.nodeId() && change.nodeEpoch() == c.nodeEpoch(), Kind.INVALID);
            Answer answer = execute(node, change);
            if (change instanceof Command.CreateStream) {
                ids.add(answer.value());
            } else if (change instanceof Command.UpdateTags update) {
                ids.add(update.streamId());
            } else if (change instanceof Command.RenameStream rename) {
                ids.add(rename.streamId());
            } else {
                ids.add(((Command.DeleteStream) change).streamId());
            }
        }
        return new Answer(null, 0, ids);
    }

    private Answer create(Command.CreateStream c) {
        for (Map.Entry<Long, Stream> entry : streams.entrySet()) {
            if (!c.name().isEmpty() && entry.getValue().name.equals(c.name())) {
                need(entry.getValue().tags.equals(c.tags()), Kind.CONFLICT);
                return yes(entry.getKey());
            }
        }
        Stream stream = new Stream();
        stream.name = c.name();
        stream.tags = c.tags();
        streams.put(++lastStream, stream);
        return yes(lastStream);
    }

    private Answer executeOnStream(Command command) {
        if (command instanceof Command.OpenStream c) {
            Stream stream = stream(c.streamId());
            need(stream.owner == -1, Kind.CONFLICT);
            need(!quarantines.containsKey(c.streamId()), Kind.CONFLICT);
            need(c.callerEpoch() >= 0, Kind.INVALID);
            need(c.callerEpoch() == 0 || c.callerEpoch() >= stream.callerEpoch, Kind.CONFLICT);
            stream.callerEpoch = Math.max(stream.callerEpoch, c.callerEpoch());
            stream.epoch++;
            stream.owner = c.nodeId();
            stream.ownerEpoch = c.nodeEpoch();
            return yes(stream.epoch);
        } else if (command instanceof Command.CloseStream c) {
            Stream stream = stream(c.streamId());
            need(stream.owner == c.nodeId() && stream.ownerEpoch == c.nodeEpoch(), Kind.CONFLICT);
            need(stream.epoch == c.streamEpoch(), Kind.CONFLICT);
            List<Long> dead = take(c.rest().map(List::of).orElse(List.of()));
            need(stream.end == c.finalEnd(), Kind.CONFLICT);
            stream.owner = -1;
            stream.ownerEpoch = 0;
            return new Answer(null, 0, dead);
        } else if (command instanceof Command.UpdateTags c) {
            Stream stream = stream(c.streamId());
            need(stream.tags.equals(c.expected()), Kind.CONFLICT);
            stream.tags = c.tags();
        } else if (command instanceof Command.RenameStream c) {
            Stream stream = stream(c.streamId());
            need(stream.name.equals(c.expected()), Kind.CONFLICT);
            need(
                    c.name().isEmpty()
                            || streams.values().stream()
                                    .noneMatch(other -> other != stream && other.name.equals(c.name())),
                    Kind.CONFLICT);
            stream.name = c.name();
        } else if (command instanceof Command.SealStream c) {
            Stream stream = stream(c.streamId());
            if (!stream.sealed) {
                boolean mine = stream.owner == c.nodeId() && stream.ownerEpoch == c.nodeEpoch();
                need(!quarantines.containsKey(c.streamId()), Kind.CONFLICT);
                need(stream.owner == -1 || (mine && c.streamEpoch() != 0), Kind.CONFLICT);
                need(c.streamEpoch() == 0 || c.streamEpoch() == stream.epoch, Kind.CONFLICT);
                need(c.streamEpoch() == 0 || c.finalEnd() == stream.end, Kind.CONFLICT);
                stream.sealed = true;
            }
            return yes(stream.end);
        } else if (command instanceof Command.DeleteStream c) {
            Stream stream = stream(c.streamId());
            need(stream.owner == -1 || stream.owner == c.nodeId(), Kind.CONFLICT);
            streams.remove(c.streamId());
            quarantines.remove(c.streamId());
            release(stream.ranges);
        } else if (command instanceof Command.TrimStream c) {
            Stream stream = stream(c.streamId());
            need(c.newStart() >= 0, Kind.INVALID);
            stream.start = Math.max(stream.start, c.newStart());
            release(stream.ranges.stream()
                    .filter(range -> range.end() <= stream.start)
                    .toList());
            stream.ranges.removeIf(range -> range.end() <= stream.start);
            stream.pieces.removeIf(piece -> piece[1] <= stream.start);
        }
        return yes(0);
    }
}
