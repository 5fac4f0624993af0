package io.s3stream.core.metadata.log;

import io.s3stream.api.errors.StorageException;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.codec.BatchCodec;
import io.s3stream.core.metadata.state.StateMachine;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Commits one batch and retries until its outcome is known. Each try judges the batch against the newest state and sets
 * a head that ends with it. After a conflict or a lost response, the commit reads the newer head and looks for the
 * batch [R16]. A late success of an earlier try is found that way. Otherwise it is impossible, because the head has
 * moved past the version that the try expected.
 */
final class Commit {

    private final MetadataLog log;
    private final StateMachine machine;
    private final Replica replica;
    private final LogCompactor folding;
    private final MetadataObjectDeleter retirement;
    private final Batch batch;
    private final Consumer<List<CommandResult>> done;
    private final RetryScope attempts;
    private final long begun;
    private Head.@Nullable Entry entry;
    private int conflicts;

    /** @param attempts the retries of this commit alone */
    Commit(Workings workings, Batch batch, Consumer<List<CommandResult>> done, RetryScope attempts) {
        this.log = workings.log();
        this.machine = workings.machine();
        this.replica = workings.replica();
        this.folding = workings.folding();
        this.retirement = workings.retirement();
        this.batch = batch;
        this.done = done;
        this.attempts = attempts;
        this.begun = log.metrics().now();
    }

    /** The parts that all commits of a client share. */
    record Workings(
            MetadataLog log,
            StateMachine machine,
            Replica replica,
            LogCompactor folding,
            MetadataObjectDeleter retirement) {}

    /** Begins. Reads the newest head first if other clients have probably committed since the last look. */
    void begin() {
        if (replica.pace().isHeadOld(log.runtime().nanoTime())) {
            catchUp();
        } else {
            attempt();
        }
    }

    private void attempt() {
        StateMachine.Prepared prepared = machine.prepare(replica.state(), batch);
        if (prepared.isRecognised()) {
            finish(prepared.results());
        } else if (prepared.isRefused()) {
            confirmRefusal(prepared);
        } else if (folding.mustWait()) {
            folding.whenIdle(() -> {
                if (!attempts.isOver()) {
                    attempt();
                }
            });
        } else if (entry == null) {
            prepareEntry();
        } else if (entry instanceof Head.Referenced body && isTooOld(body)) {
            writeAgain(body);
        } else {
            set(entry, prepared);
        }
    }

    /** A refused batch changes nothing, so no head is set. The refusal counts only if the state was the newest. */
    private void confirmRefusal(StateMachine.Prepared prepared) {
        String judgedBy = replica.version();
        replica.catchUp(attempts, () -> {
            if (replica.version().equals(judgedBy)) {
                if (entry instanceof Head.Referenced unused) {
                    retirement.retire(List.of(unused.object().key()));
                }
                finish(prepared.results());
            } else {
                attempt();
            }
        });
    }

    /**
     * Returns whether a sweep may treat the body as an orphan: the tail begins behind the position where it was
     * written.
     */
    private boolean isTooOld(Head.Referenced body) {
        long number = MetadataKeys.BATCH.number(body.object().key()).orElseThrow();
        return !MetadataKeys.BATCH.mayStillBeNamed(number, replica.head());
    }

    private void writeAgain(Head.Referenced body) {
        log.runtime().step("metadata.batch.again");
        retirement.retire(List.of(body.object().key()));
        entry = null;
        prepareEntry();
    }

    private void prepareEntry() {
        byte[] bytes = BatchCodec.encode(batch);
        int commands = batch.commands().size();
        if (bytes.length <= log.settings().inlineBatchBytes()) {
            entry = new Head.Inline(new Bytes(bytes), commands);
            attempt();
        } else {
            long number = replica.head().sequence();
            log.put(MetadataKeys.BATCH, number, List.of(ByteBuffer.wrap(bytes)), attempts, object -> {
                entry = new Head.Referenced(object, commands);
                attempt();
            });
        }
    }

    private void set(Head.Entry last, StateMachine.Prepared prepared) {
        Head next = folding.compose(replica.head()).withEntry(last);
        long asked = log.runtime().nanoTime();
        log.compareAndSet(
                Optional.of(replica.version()),
                HeadCodec.encode(next),
                attempts,
                version -> {
                    replica.pace().answered(log.runtime().nanoTime() - asked);
                    if (version.isPresent()) {
                        log.runtime().step("metadata.cas.done");
                        replica.moved(next, version.get(), prepared, last.digest());
                        folding.consider();
                        finish(prepared.results());
                    } else {
                        log.runtime().step("metadata.cas.conflict");
                        conflict();
                    }
                },
                unknown -> attempts.again(unknown, this::catchUp));
    }

    private void conflict() {
        log.metrics().conflict();
        long wait = replica.pace().afterConflict(++conflicts, log.runtime().randomLong());
        if (wait == 0) {
            catchUpAfterConflict();
        } else {
            attempts.later(Duration.ofNanos(wait), this::catchUpAfterConflict);
        }
    }

    /** Waits before asking again if the register refuses the version that it has just reported. */
    private void catchUpAfterConflict() {
        String refused = replica.version();
        replica.catchUp(attempts, () -> {
            if (replica.version().equals(refused)) {
                attempts.again(
                        new StorageException("metadata: the register refused a compare-and-set although its version is"
                                + " still " + refused),
                        this::attempt);
            } else {
                attempt();
            }
        });
    }

    private void catchUp() {
        replica.catchUp(attempts, this::attempt);
    }

    private void finish(List<CommandResult> results) {
        attempts.finish();
        log.metrics().committed(begun, results.size());
        done.accept(results);
    }
}
