package io.s3stream.core.metadata.state;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommandResult.Refused;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * Applies batches of commands to a {@link MetadataState}. Pure, deterministic and validating: every process that
 * applies the same batches in the same order has the same state. Callers cannot make it invalid. Stateless.
 */
public final class StateMachine {

    private static final System.Logger LOG = System.getLogger(StateMachine.class.getName());

    private final SessionResults sessions;
    private final FenceRule fences;
    private final NodeCommands nodes;
    private final StreamCommands streams;
    private final UploadCommands uploads;
    private final QuarantineCommands quarantines;
    private final CompactionCommands compactions;

    public StateMachine() {
        this(new RangeJudge(), new SessionResults());
    }

    public StateMachine(RangeJudge judge, SessionResults sessions) {
        this(judge, sessions, new CompactionJudge());
    }

    public StateMachine(RangeJudge judge, SessionResults sessions, CompactionJudge compactionJudge) {
        this(judge, sessions, compactionJudge, new FenceRule());
    }

    public StateMachine(RangeJudge judge, SessionResults sessions, CompactionJudge compactionJudge, FenceRule fences) {
        this(judge, sessions, compactionJudge, fences, StreamCommands.RELEASED_AT_ONCE);
    }

    StateMachine(RangeJudge judge, SessionResults sessions, CompactionJudge compactionJudge, int releasedAtOnce) {
        this(judge, sessions, compactionJudge, new FenceRule(), releasedAtOnce);
    }

    private StateMachine(
            RangeJudge judge,
            SessionResults sessions,
            CompactionJudge compactionJudge,
            FenceRule fences,
            int releasedAtOnce) {
        this.sessions = sessions;
        this.fences = fences;
        this.nodes = new NodeCommands(fences);
        this.uploads = new UploadCommands(judge);
        this.quarantines = new QuarantineCommands(uploads);
        this.streams = new StreamCommands(uploads, quarantines, releasedAtOnce);
        this.compactions = new CompactionCommands(compactionJudge, uploads);
    }

    /** Returns the state of a new store. */
    public MetadataState initial(UUID storeId) {
        return new MetadataState(storeId, 0);
    }

    /** Judges a batch and applies it. */
    public List<CommandResult> apply(MetadataState state, Batch batch) {
        Prepared prepared = prepare(state, batch);
        prepared.commit();
        return prepared.results();
    }

    /**
     * Judges a batch against the state and leaves the state alone. At most one of several preparations may be
     * committed.
     */
    public Prepared prepare(MetadataState state, Batch batch) {
        Overlay changes = new Overlay(state.entities());
        NodeState node = changes.node(batch.nodeId());
        List<CommandResult> known = sessions.recognise(node == null ? null : node.session(), batch);
        if (known != null) {
            return new Prepared(state, batch, changes, known, true);
        }
        NodeSession present = node != null && fences.isOfPresentSession(node.session(), batch) ? node.session() : null;
        if (present == null && !batch.introducesSession()) {
            return refused(
                    state, batch, changes, Kind.FENCED, "was fenced: another process has registered this node since");
        }
        if (present != null && batch.number() < present.lastBatch()) {
            return refused(
                    state,
                    batch,
                    changes,
                    Kind.CONFLICT,
                    "batch number " + batch.number() + " is older than the last one");
        }
        List<CommandResult> results = new ArrayList<>(batch.commands().size());
        for (int i = 0; i < batch.commands().size(); i++) {
            results.add(applyOne(changes, batch, i));
        }
        NodeState after = changes.node(batch.nodeId());
        if (after != null && after.session().id().equals(batch.session())) {
            changes.putNode(after.with(sessions.remember(batch, results)));
        }
        return new Prepared(state, batch, changes, results, false);
    }

    private static Prepared refused(MetadataState state, Batch batch, Overlay changes, Kind kind, String message) {
        Refused refused = new Refused(kind, "node=" + batch.nodeId() + ": " + message);
        return new Prepared(
                state, batch, changes, Collections.nCopies(batch.commands().size(), refused), false);
    }

    private CommandResult applyOne(Overlay batchChanges, Batch batch, int index) {
        Overlay changes = new Overlay(batchChanges);
        try {
            Accepted accepted = dispatch(changes, batch, index);
            changes.writeTo(batchChanges);
            return accepted;
        } catch (Refusal refusal) {
            return refusal.result();
        } catch (ArithmeticException overflow) {
            return new Refused(Kind.INVALID, "a number of the command is out of range");
        } catch (RuntimeException e) { // the same on every node, because it depends only on the state and the command
            LOG.log(
                    System.Logger.Level.ERROR,
                    "node=" + batch.nodeId() + ": a rule threw an exception; the command is refused",
                    e);
            return new Refused(
                    Kind.INTERNAL,
                    "the rule for the command failed: " + e.getClass().getSimpleName());
        }
    }

    private Accepted dispatch(Overlay changes, Batch batch, int index) {
        Command command = batch.commands().get(index);
        if (command.nodeId() != batch.nodeId()) {
            throw Refusal.invalid("node=" + command.nodeId() + ": the batch is of node " + batch.nodeId());
        }
        if (command instanceof Command.RegisterNode register) {
            if (index != 0 || !batch.introducesSession()) {
                throw Refusal.invalid("node=" + batch.nodeId() + ": a registration comes first and in its own session");
            }
            return nodes.register(changes, register);
        }
        NodeState node = changes.node(command.nodeId());
        if (node == null || !fences.isOfPresentEpoch(node.metadata(), command)) {
            throw new Refusal(
                    Kind.FENCED,
                    "node=" + command.nodeId() + " epoch=" + command.nodeEpoch() + ": was fenced, the node's epoch is "
                            + (node == null ? "none" : node.metadata().epoch()));
        }
        return apply(changes, node, command);
    }

    private Accepted apply(Overlay changes, NodeState node, Command command) {
        if (command instanceof Command.OpenGeneration open) {
            return nodes.openGeneration(changes, node, open);
        } else if (command instanceof Command.SealGeneration seal) {
            return nodes.sealGeneration(changes, node, seal);
        } else if (command instanceof Command.RemoveGeneration remove) {
            return nodes.removeGeneration(changes, node, remove);
        } else if (command instanceof Command.CreateStream create) {
            return streams.create(changes, create);
        } else if (command instanceof Command.OpenStream open) {
            return streams.open(changes, open);
        } else if (command instanceof Command.CloseStream close) {
            return streams.close(changes, close);
        } else if (command instanceof Command.DeleteStream delete) {
            return streams.delete(changes, delete);
        } else if (command instanceof Command.TrimStream trim) {
            return streams.trim(changes, trim);
        } else if (command instanceof Command.CommitUpload commit) {
            return uploads.commit(changes, node, commit);
        } else if (command instanceof Command.CommitCompaction compaction) {
            return compactions.commit(changes, compaction);
        } else if (command instanceof Command.CommitRewrite rewrite) {
            return compactions.commit(changes, rewrite);
        } else if (command instanceof Command.ReleaseRanges release) {
            return streams.releaseRanges(changes, release);
        } else if (command instanceof Command.RemoveObjects remove) {
            return uploads.removeObjects(changes, remove);
        } else if (command instanceof Command.QuarantineRecords quarantine) {
            return quarantines.keep(changes, quarantine);
        } else if (command instanceof Command.ReleaseQuarantine release) {
            return quarantines.release(changes, release);
        } else if (command instanceof Command.RetireObjects retire) {
            return RebuildCommands.retireObjects(changes, retire);
        } else if (command instanceof Command.UpdateTags update) {
            return streams.updateTags(changes, update);
        } else if (command instanceof Command.SealStream seal) {
            return streams.seal(changes, seal);
        } else if (command instanceof Command.RemoveNode remove) {
            return nodes.remove(changes, remove);
        } else if (command instanceof Command.RenameStream rename) {
            return streams.rename(changes, rename);
        } else if (command instanceof Command.CommitChanges commit) {
            return commitChanges(changes, node, commit);
        } else if (command instanceof Command.SetNodeTags set) {
            return nodes.setTags(changes, node, set);
        } else if (command instanceof Command.Heartbeat) {
            return new Accepted(0, List.of()); // the only effect is the session's new last batch
        }
        throw new IllegalStateException("no rule for " + command.getClass().getSimpleName());
    }

    /** The overlay of the command is dropped with the first refusal, and so are the changes before it. */
    private Accepted commitChanges(Overlay changes, NodeState node, Command.CommitChanges commit) {
        List<Long> ids = new ArrayList<>(commit.changes().size());
        for (int i = 0; i < commit.changes().size(); i++) {
            Command change = commit.changes().get(i);
            if (change.nodeId() != commit.nodeId() || change.nodeEpoch() != commit.nodeEpoch()) {
                throw Refusal.invalid("change " + i + ": is not of the node of the commit");
            }
            try {
                Accepted accepted = apply(changes, node, change);
                ids.add(change instanceof Command.CreateStream ? (Long) accepted.value() : streamOf(change));
            } catch (Refusal refusal) {
                throw refusal.ofChange(i);
            }
        }
        return new Accepted(0, ids);
    }

    private static Long streamOf(Command change) {
        if (change instanceof Command.UpdateTags update) {
            return update.streamId();
        } else if (change instanceof Command.DeleteStream delete) {
            return delete.streamId();
        } else if (change instanceof Command.RenameStream rename) {
            return rename.streamId();
        }
        throw new IllegalStateException("no stream of " + change.getClass().getSimpleName());
    }

    /** A batch that was judged, but not yet applied. */
    public static final class Prepared {

        private final MetadataState state;
        private final Batch batch;
        private final Overlay changes;
        private final List<CommandResult> results;
        private final boolean recognised;

        private Prepared(
                MetadataState state, Batch batch, Overlay changes, List<CommandResult> results, boolean recognised) {
            this.state = state;
            this.batch = batch;
            this.changes = changes;
            this.results = List.copyOf(results);
            this.recognised = recognised;
        }

        /** Returns one result for each command, in order. */
        public List<CommandResult> results() {
            return results;
        }

        /** Returns whether the batch was applied before. Then these are the earlier results, and nothing changes. */
        public boolean isRecognised() {
            return recognised;
        }

        /** Returns whether no command was accepted. */
        public boolean isRefused() {
            return results.stream().allMatch(Refused.class::isInstance);
        }

        /** Makes the changes visible. Called at most once, and only if the state has not changed since. */
        public void commit() {
            changes.writeTo(state.entities());
            changes.recordIn(state.tracker());
            state.advanceTo(state.sequence() + batch.commands().size());
        }
    }
}
