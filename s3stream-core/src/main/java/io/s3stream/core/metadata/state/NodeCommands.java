package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.Command.GenerationKey;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.ConflictFacts;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.NodeMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Rules for nodes and their WAL generations. */
final class NodeCommands {

    private final FenceRule fences;

    NodeCommands(FenceRule fences) {
        this.fences = fences;
    }

    Accepted register(EntityStore store, Command.RegisterNode command) {
        NodeState node = store.node(command.nodeId());
        if (node != null && node.session().id().equals(command.session())) {
            return accepted(node.metadata().epoch());
        }
        if (!fences.mayRegister(node == null ? 0 : node.metadata().epoch(), command)) {
            throw Refusal.conflict(new ConflictFacts.NodeEpoch(
                    command.nodeId(),
                    command.ifEpoch(),
                    node == null ? 0 : node.metadata().epoch()));
        }
        List<Generation> generations =
                node == null ? List.of() : node.metadata().generations();
        List<GenerationKey> present = generations.stream()
                .map(generation -> new GenerationKey(generation.walEpoch(), generation.isSealed()))
                .toList();
        if (!present.equals(command.expected())) {
            throw Refusal.conflict("node=" + command.nodeId() + ": its generations are " + present + ", expected "
                    + command.expected());
        }
        long epoch = node == null
                ? Math.addExact(Math.max(store.rebuildMark().nodeEpoch(), store.nodeFloor()), 1)
                : fences.nextEpoch(node.metadata().epoch());
        CommittedPosition committed =
                node == null ? CommittedPosition.NONE : node.metadata().committed();
        NodeMetadata metadata = new NodeMetadata(command.nodeId(), epoch, committed, generations, command.tags());
        store.putNode(new NodeState(
                metadata,
                node == null ? 0 : node.lastWalEpoch(),
                new NodeSession(command.session(), Long.MIN_VALUE, List.of())));
        return accepted(epoch);
    }

    Accepted openGeneration(EntityStore store, NodeState node, Command.OpenGeneration command) {
        NodeMetadata metadata = node.metadata();
        long walEpoch = command.descriptor().walEpoch();
        if (walEpoch <= node.lastWalEpoch()) {
            throw Refusal.conflict(
                    at(metadata, walEpoch) + ": not greater than WAL epoch " + node.lastWalEpoch() + " before it");
        }
        long expected = metadata.committed().sequence() + 1;
        if (!metadata.generations().isEmpty()) {
            Generation last = metadata.generations().get(metadata.generations().size() - 1);
            if (last.sealedEnd().isEmpty()) {
                throw Refusal.conflict(at(metadata, walEpoch) + ": generation " + last.walEpoch() + " is not sealed");
            }
            expected = last.sealedEnd().getAsLong() + 1;
        }
        if (command.firstSequence() != expected) {
            throw Refusal.conflict(at(metadata, walEpoch) + ": must begin with sequence " + expected + ", not "
                    + command.firstSequence());
        }
        List<Generation> generations = new ArrayList<>(metadata.generations());
        generations.add(new Generation(command.descriptor(), command.firstSequence(), OptionalLong.empty()));
        store.putNode(new NodeState(metadata.with(generations), walEpoch, node.session()));
        return accepted(0);
    }

    Accepted sealGeneration(EntityStore store, NodeState node, Command.SealGeneration command) {
        NodeMetadata metadata = node.metadata();
        int index = indexOf(metadata, command.walEpoch());
        Generation generation = metadata.generations().get(index);
        if (generation.sealedEnd().isPresent()) {
            if (generation.sealedEnd().getAsLong() != command.sealedEnd()) {
                throw Refusal.conflict(at(metadata, command.walEpoch()) + ": sealed at "
                        + generation.sealedEnd().getAsLong() + ", not " + command.sealedEnd());
            }
            return accepted(0);
        }
        long committed = metadata.committed().sequence();
        if (command.sealedEnd() < generation.firstSequence() - 1
                || (committed >= generation.firstSequence() && command.sealedEnd() < committed)) {
            throw Refusal.conflict(at(metadata, command.walEpoch()) + ": cannot end at " + command.sealedEnd()
                    + ", begins with " + generation.firstSequence() + ", committed to " + committed);
        }
        Math.addExact(command.sealedEnd(), 1);
        List<Generation> generations = new ArrayList<>(metadata.generations());
        generations.set(
                index,
                new Generation(
                        generation.descriptor(), generation.firstSequence(), OptionalLong.of(command.sealedEnd())));
        store.putNode(node.with(metadata.with(generations)));
        return accepted(0);
    }

    Accepted removeGeneration(EntityStore store, NodeState node, Command.RemoveGeneration command) {
        NodeMetadata metadata = node.metadata();
        int index = indexOf(metadata, command.walEpoch());
        Generation generation = metadata.generations().get(index);
        if (generation.sealedEnd().isEmpty()
                || generation.sealedEnd().getAsLong() > metadata.committed().sequence()) {
            throw Refusal.conflict(at(metadata, command.walEpoch()) + ": not sealed, or not all committed");
        }
        List<Generation> generations = new ArrayList<>(metadata.generations());
        generations.remove(index);
        store.putNode(node.with(metadata.with(generations)));
        return accepted(0);
    }

    Accepted setTags(EntityStore store, NodeState node, Command.SetNodeTags command) {
        store.putNode(node.with(node.metadata().tagged(command.tags())));
        return accepted(0);
    }

    Accepted remove(EntityStore store, Command.RemoveNode command) {
        int id = command.removed();
        if (id == command.nodeId()) {
            throw Refusal.invalid("node=" + id + ": a node cannot remove itself");
        }
        NodeState node = store.node(id);
        if (node == null) {
            throw Refusal.invalid("node=" + id + ": no such node");
        }
        List<Generation> generations = node.metadata().generations();
        List<Long> open = store.streamsOwnedBefore(id, Long.MAX_VALUE);
        if (!generations.isEmpty() || !open.isEmpty()) {
            throw Refusal.conflict("node=" + id + ": still has " + open.size() + " open streams"
                    + (open.isEmpty() ? "" : ", the first is stream=" + open.get(0)) + ", and "
                    + generations.size() + " WAL generations"
                    + generations.stream()
                            .map(generation -> " " + generation.descriptor().uri())
                            .distinct()
                            .collect(Collectors.joining())
                    + "; take the node over first, with takeOver(" + id + ")");
        }
        store.removeNode(id);
        store.nodeFloor(fences.floor(store.nodeFloor(), node.metadata().epoch()));
        return accepted(0);
    }

    private static int indexOf(NodeMetadata node, long walEpoch) {
        for (int i = 0; i < node.generations().size(); i++) {
            if (node.generations().get(i).walEpoch() == walEpoch) {
                return i;
            }
        }
        throw Refusal.notFound(at(node, walEpoch) + ": no such generation");
    }

    private static String at(NodeMetadata node, long walEpoch) {
        return "node=" + node.id() + " walEpoch=" + walEpoch;
    }

    private static Accepted accepted(long value) {
        return new Accepted(value, List.of());
    }
}
