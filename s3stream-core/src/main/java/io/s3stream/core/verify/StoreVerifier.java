package io.s3stream.core.verify;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.api.tools.Progress;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.log.MetadataReader;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.core.metadata.state.MetadataInvariants;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a store, in rounds. The first round checks every object that the state names. Each later round checks the
 * suspects again, by a newer state. An object is reported only if it is wrong in two rounds: then a state read after
 * the first finding still names it. Owns the report; confined to one serial context. Used once.
 */
public final class StoreVerifier {

    /**
     * A store that needs more rounds changes faster than it can be read. Its suspects are then reported without another
     * check.
     */
    private static final int MAX_ROUNDS = 20;

    private final SerialContext context;
    private final PatientStorage storage;
    private final Supplier<CompletableFuture<Optional<MetadataState>>> metadata;
    private final ObjectCheck objects;
    private final IoExecutor verifier;
    private final VerifyOptions options;
    private final FindingList findings = new FindingList();
    private final Set<Long> lookedAt = new HashSet<>();
    private Totals totals = new Totals(0, 0, 0, 0, 0, 0);
    private long blocks;
    private long batches;
    private long done;

    /**
     * @param storage owned by the caller, like the register and the runtime
     * @param threads that verify the data read
     */
    public StoreVerifier(
            EngineRuntime runtime,
            ObjectStorage storage,
            MetadataRegister register,
            MetadataSettings settings,
            int threads,
            VerifyOptions options) {
        this.context = runtime.serialContext("verify");
        this.storage = new PatientStorage(storage, runtime, context);
        this.metadata = () -> MetadataReader.read(runtime, context, storage, register, settings);
        this.verifier = runtime.ioExecutor("verify", threads);
        this.options = options;
        this.objects = new ObjectCheck(
                new ObjectIndexes(this.storage, verifier),
                new BlockReads(this.storage, verifier, options.memoryBytes()),
                options.deep());
    }

    /** The totals of the first state. */
    private record Totals(long sequence, long streams, long ranges, long objects, long objectBytes, long retired) {}

    /** A state and the objects to check against it. */
    private record Round(
            int number, MetadataState state, RangesByObject ranges, Collection<Long> objects, Set<Long> suspected) {

        static Round of(int number, MetadataState state, Collection<Long> objects, Set<Long> suspected) {
            return new Round(number, state, new RangesByObject(state.streams("")), objects, suspected);
        }
    }

    /** Completes on the verifier's context. */
    public CompletableFuture<VerifyReport> verify() {
        return readState()
                .thenComposeAsync(this::begin, context)
                .thenComposeAsync(nothing -> findOrphans(), context)
                .handleAsync(
                        (nothing, error) -> {
                            verifier.close();
                            if (error != null && !(Failures.unwrap(error) instanceof NoStateException)) {
                                throw Failures.asStreamException("store could not be verified", error);
                            }
                            return report();
                        },
                        context);
    }

    private CompletableFuture<MetadataState> readState() {
        return metadata.get()
                .handleAsync((state, error) -> stateOf(state == null ? Optional.empty() : state, error), context);
    }

    private MetadataState stateOf(Optional<MetadataState> state, @Nullable Throwable error) {
        if (error != null && Failures.unwrap(error) instanceof CorruptedDataException damage) {
            addMetadataFinding(String.valueOf(damage.getMessage()));
            throw new NoStateException();
        }
        if (error != null) {
            throw Failures.asStreamException("metadata could not be read", error);
        }
        return state.orElseThrow(
                () -> new InvalidRequestException("there is no store here: no meta/head. If it was lost,"
                        + " 'rebuild' makes metadata from the objects"));
    }

    /** The metadata are damaged, which has been reported. The verification ends, because all other checks need them. */
    private static final class NoStateException extends RuntimeException {

        NoStateException() {
            super("the metadata is damaged", null, false, false);
        }
    }

    private CompletableFuture<Void> begin(MetadataState state) {
        checkInvariants(state);
        state.quarantines().forEach(quarantine -> addQuarantined(state, quarantine));
        List<ObjectMetadata> live =
                state.objects().stream().filter(object -> !object.isRetired()).toList();
        long bytes = live.stream().mapToLong(ObjectMetadata::size).sum();
        Round first = Round.of(1, state, live.stream().map(ObjectMetadata::id).toList(), Set.of());
        totals = new Totals(
                state.sequence(),
                state.streams("").size(),
                first.ranges().ranges(),
                live.size(),
                bytes,
                state.retiredObjects().size());
        return look(first);
    }

    private void checkInvariants(MetadataState state) {
        try {
            MetadataInvariants.check(state);
        } catch (IllegalStateException violated) {
            addMetadataFinding(String.valueOf(violated.getMessage()));
        }
    }

    private CompletableFuture<Void> look(Round round) {
        lookedAt.addAll(round.objects());
        Set<Long> wrong = new LinkedHashSet<>();
        return Parallel.forEach(
                        context,
                        options.parallel(),
                        round.objects(),
                        id -> check(round, id),
                        outcome -> settle(round, outcome, wrong))
                .thenComposeAsync(
                        nothing -> wrong.isEmpty()
                                ? CompletableFuture.completedFuture(null)
                                : readState().thenComposeAsync(now -> look(nextRound(round, now, wrong)), context),
                        context);
    }

    private CompletableFuture<ObjectCheck.Outcome> check(Round round, long id) {
        ObjectMetadata object = round.state().object(id);
        if (object == null) {
            throw new IllegalStateException("object=" + id + " is not in the state it was taken from");
        }
        return objects.check(object, round.ranges().of(id));
    }

    private void settle(Round round, ObjectCheck.Outcome outcome, Set<Long> wrong) {
        long id = outcome.object().id();
        boolean isWrong = !outcome.findings().isEmpty();
        if (isWrong && !round.suspected().contains(id) && round.number() < MAX_ROUNDS) {
            wrong.add(id);
            return;
        }
        findings.addAll(outcome.findings());
        blocks += outcome.blocks();
        batches += outcome.batches();
        done += options.deep() ? outcome.object().size() : 1;
        options.progress()
                .accept(new Progress("verify", done, options.deep() ? totals.objectBytes() : totals.objects()));
    }

    /** Returns the next round: suspects that are still part of a stream, and the successors of the others. */
    private Round nextRound(Round before, MetadataState now, Set<Long> wrong) {
        Set<Long> again = new LinkedHashSet<>();
        for (long id : wrong) {
            ObjectMetadata object = now.object(id);
            if (object != null && !object.isRetired()) {
                again.add(id);
            } else {
                before.ranges().of(id).forEach(use -> addSuccessors(now, use, again));
            }
        }
        return Round.of(before.number() + 1, now, again, wrong);
    }

    private void addSuccessors(MetadataState now, RangesByObject.Use use, Set<Long> objectIds) {
        StreamMetadata stream = now.stream(use.stream().id());
        if (stream == null) {
            return;
        }
        for (RangeList.Range range : stream.ranges().toList()) {
            boolean overlaps = range.start() < use.range().end()
                    && range.end() > use.range().start();
            if (overlaps && !lookedAt.contains(range.objectId())) {
                objectIds.add(range.objectId());
            }
        }
    }

    private CompletableFuture<Void> findOrphans() {
        return readState()
                .thenComposeAsync(
                        before -> {
                            OrphanScan scan = new OrphanScan(before, findings::add);
                            return storage.list(ObjectKeys.DATA_PREFIX, page -> {
                                        scan.listed(page);
                                        return CompletableFuture.completedFuture(null);
                                    })
                                    .thenComposeAsync(
                                            nothing -> scan.isDecided()
                                                    ? CompletableFuture.completedFuture(null)
                                                    : readState().thenAcceptAsync(scan::decide, context),
                                            context);
                        },
                        context);
    }

    private void addQuarantined(MetadataState state, Quarantine quarantine) {
        StreamMetadata stream = state.stream(quarantine.streamId());
        ObjectMetadata object = state.object(quarantine.kept().get(0).objectId());
        findings.add(new Finding(
                Kind.QUARANTINED,
                object == null ? "" : object.key(),
                Finding.NONE,
                quarantine.streamId(),
                quarantine.kept().get(0).start(),
                quarantine.describe(stream == null ? 0 : stream.committedEnd())));
    }

    private void addMetadataFinding(String what) {
        findings.add(new Finding(Kind.METADATA, "", Finding.NONE, Finding.NONE, Finding.NONE, what));
    }

    private VerifyReport report() {
        return new VerifyReport(
                totals.sequence(),
                totals.streams(),
                totals.ranges(),
                totals.objects(),
                totals.objectBytes(),
                totals.retired(),
                blocks,
                batches,
                findings.result());
    }
}
