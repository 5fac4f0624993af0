package io.s3stream.core.compact;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.compact.pace.ForegroundThrottle;
import io.s3stream.core.compact.rewrite.RewrittenBlock;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.storage.Fingerprint;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.spi.storage.ObjectContent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a single job from the first read to the commit. Inputs contain their blocks by stream and offset. So copying
 * run after run reads each input once from beginning to end, a window at a time. Long runs get their own objects; all
 * other runs share one. Owns its buffers and outputs. Runs on the context of the compactor.
 */
final class Compaction {

    private final CompactionTools tools;
    private final CopyJob job;
    private final ForegroundThrottle brake;
    private final boolean mayCopyParts;
    private final Retries retries;
    private final InputReads reads;
    private final Map<Long, InputWindow> windows = new LinkedHashMap<>(); // by object id
    private final List<CompactionOutput> outputs = new ArrayList<>();
    private final List<CompactedObject> written = new ArrayList<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final List<CompactionInput> inputs = new ArrayList<>();
    private List<RunPlan> runs = List.of();
    private int run;
    private int block;
    private @Nullable RunCopy copy;
    private @Nullable CompactionOutput shared;
    private boolean committing;
    private boolean copiedParts;
    private boolean failed;
    private volatile boolean abandoned;

    /** @param mayCopyParts whether the object storage copies ranges of blocks where possible */
    Compaction(CompactionTools tools, CopyJob job, ForegroundThrottle brake, boolean mayCopyParts) {
        this.mayCopyParts = mayCopyParts;
        this.tools = tools;
        this.job = job;
        this.brake = brake;
        this.retries =
                new Retries(tools.runtime(), tools.context(), tools.settings().requestAttempts());
        this.reads = new InputReads(tools.storage(), retries, tools.metrics());
    }

    /**
     * Starts the job.
     *
     * @return completes on the context when the commit is durable. Fails with {@link DamagedInputException},
     *     {@link InputGoneException}, {@link StoreClosedException}, or a failure of the storage or the metadata
     */
    CompletableFuture<Void> start() {
        step(this::readIndexes);
        return done;
    }

    /** Ends the job as soon as no request is in flight. Leaves only orphans. Called on the context. */
    void abandon() {
        abandoned = true;
        retries.end();
        if (brake.interrupt()) {
            fail(new StoreClosedException("the store is closing"));
        }
    }

    private void readIndexes() {
        if (inputs.size() == job.inputs().size()) {
            plan();
            return;
        }
        ObjectMetadata object = job.inputs().get(inputs.size());
        brake.admit(
                0,
                () -> step(() -> await(
                        reads.index(object).handle((index, error) -> {
                            if (error != null) {
                                throw damaged(object, error);
                            }
                            return new CompactionInput(object, index);
                        }),
                        input -> {
                            inputs.add(input);
                            readIndexes();
                        })));
    }

    private void plan() {
        runs = job.plan(inputs, tools.metadata().view());
        long windowBytes = tools.settings().windowBytes() / inputs.size();
        inputs.forEach(input -> windows.put(input.object().id(), new InputWindow(input, windowBytes)));
        runs.forEach(planned -> planned.blocks().forEach(each -> windowOf(each).expect(each.entry())));
        tools.runtime().step("compact." + job.name());
        advance();
    }

    private InputWindow windowOf(RunPlan.Block planned) {
        InputWindow window = windows.get(planned.input().object().id());
        if (window == null) {
            throw new IllegalStateException("no window of " + planned);
        }
        return window;
    }

    /** Copies blocks until it has to wait. */
    private void advance() {
        while (run < runs.size()) {
            if (copy == null && copiedByStorage(runs.get(run))) {
                continue;
            }
            RunCopy present = copy == null ? begin(runs.get(run)) : copy;
            if (present.output().isFull()) {
                await(present.output().whenSent(), sent -> advance());
                return;
            }
            if (block == present.plan().blocks().size()) {
                endRun(present.plan(), present.output(), present.finish());
                continue;
            }
            RunPlan.Block next = present.plan().blocks().get(block);
            InputWindow window = windowOf(next);
            int at = window.find(next.entry());
            if (at < 0) {
                read(window);
                return;
            }
            CompletableFuture<RewrittenBlock> rewriting = copyOrRewrite(present, window, at, next.entry());
            if (rewriting != null) {
                await(rewriting, rewritten -> {
                    present.add(rewritten);
                    block++;
                    advance();
                });
                return;
            }
            block++;
        }
        finishOutputs();
    }

    /** Lets the object storage assemble the object of a long run, if that is possible. Returns whether it is. */
    private boolean copiedByStorage(RunPlan plan) {
        PartCopy parts = PartCopy.of(plan);
        if (!mayCopyParts
                || job.isRewriting()
                || !hasOwnObject(plan)
                || !parts.isPossible(tools.settings().minCopyBytes())) {
            return false;
        }
        CompactionOutput output = newOutput();
        parts.stretches().forEach(output::copy);
        copiedParts = true;
        tools.runtime().step("compact.copy");
        endRun(plan, output, RunCopy.Copied.of(parts));
        return true;
    }

    /** Returns whether the task had a change to commit. */
    boolean hasCommitted() {
        return committing;
    }

    /**
     * Returns whether the object storage was asked to copy. If the task failed, that storage may not support copies.
     */
    boolean hasCopiedParts() {
        return copiedParts;
    }

    private boolean hasOwnObject(RunPlan plan) {
        return plan.bytes() >= tools.settings().streamObjectBytes();
    }

    private RunCopy begin(RunPlan plan) {
        CompactionOutput present = hasOwnObject(plan) ? newOutput() : shared;
        if (present == null) {
            present = newOutput();
            shared = present;
        }
        RunCopy begun =
                new RunCopy(plan, present, tools.trims(), tools.settings().blockBytes());
        copy = begun;
        block = 0;
        return begun;
    }

    private CompactionOutput newOutput() {
        CompactionOutput output = new CompactionOutput(
                tools.storage(),
                reads,
                retries,
                tools.metrics(),
                tools.keys().next(),
                tools.settings().partBytes());
        outputs.add(output);
        return output;
    }

    /** Copies a block; or verifies it, begins to rewrite it, and returns the result. */
    private @Nullable CompletableFuture<RewrittenBlock> copyOrRewrite(
            RunCopy present, InputWindow window, int at, BlockEntry entry) {
        try {
            if (!job.isRewriting()) {
                present.add(window.bytes(), at, entry);
                return null;
            }
            // A copy: the window may be released while the filter of the host still reads the block.
            ByteBuffer own = ByteBuffer.allocate(entry.size()).put(0, window.bytes(), at, entry.size());
            BlockFormat.verify(own, 0, entry.size(), entry);
            return job.rewrite(own, entry, present.plan(), tools.trims());
        } catch (CorruptedDataException e) {
            Fingerprint arrived =
                    Fingerprint.of(entry.position(), window.bytes().slice(at, entry.size()));
            throw new DamagedInputException(window.input().object(), e.getMessage() + "; read " + arrived, e);
        }
    }

    private void endRun(RunPlan plan, CompactionOutput output, RunCopy.Copied copied) {
        output.add(job.prove(tools.proof(), plan, copied));
        copy = null;
        run++;
    }

    private void read(InputWindow window) {
        InputWindow.Stretch stretch = window.advance();
        ObjectMetadata object = window.input().object();
        brake.admit(
                stretch.length(),
                () -> step(() -> reads.slice(object, stretch.from(), stretch.length())
                        .whenComplete((content, error) -> {
                            if (content != null && abandoned) {
                                content.close(); // the context may have ended already
                            }
                            tools.context().execute(() -> onRead(window, content, error));
                        })));
    }

    private void onRead(InputWindow window, @Nullable ObjectContent content, @Nullable Throwable error) {
        if (error != null || content == null) {
            fail(damaged(window.input().object(), error));
        } else if (content.data().refCnt() == 0) {
            fail(new StoreClosedException("the store is closing"));
        } else {
            window.accept(content);
            step(() -> {
                tools.runtime().step("compact.read");
                advance();
            });
        }
    }

    private void finishOutputs() {
        windows.values().forEach(InputWindow::release);
        if (!job.hasChanges()) {
            dropOutputs().whenComplete((all, ignored) -> tools.context().execute(() -> done.complete(null)));
            return;
        }
        if (written.size() == outputs.size()) {
            commit();
            return;
        }
        await(outputs.get(written.size()).finish(), object -> {
            written.add(object);
            tools.runtime().step("compact.written");
            finishOutputs();
        });
    }

    private void commit() {
        if (written.isEmpty()) {
            done.complete(null); // no input is part of a stream; its ranges may be released later
            return;
        }
        tools.runtime().step("compact.commit");
        committing = true;
        await(tools.metadata().submit(job.commit(tools.node(), written)), this::committed);
    }

    private void committed(Accepted accepted) {
        tools.runtime().step("compact.committed");
        tools.keys().release(keys());
        tools.metrics()
                .replaced(
                        job.inputs().size(), written.size(), accepted.streams().size());
        job.committed(accepted.streams());
        done.complete(null);
    }

    private List<String> keys() {
        return outputs.stream().map(CompactionOutput::key).toList();
    }

    private <T> void await(CompletableFuture<T> future, Consumer<T> next) {
        future.whenComplete((value, error) -> tools.context().execute(() -> {
            if (error != null) {
                fail(error);
            } else {
                step(() -> next.accept(value));
            }
        }));
    }

    /** Runs the next step. After the store began to close, only the end of a commit still runs. */
    private void step(Runnable work) {
        if (failed) {
            return;
        }
        if (abandoned && !committing) {
            fail(new StoreClosedException("the store is closing"));
            return;
        }
        try {
            work.run();
        } catch (RuntimeException e) {
            fail(e);
        } catch (Error e) {
            fail(e);
            throw e; // the context must see it, too [R38]
        }
    }

    private void fail(Throwable error) {
        if (failed) {
            return;
        }
        failed = true;
        retries.end();
        windows.values().forEach(InputWindow::release);
        StreamException reason = Failures.asStreamException("compaction failed", error);
        boolean unresolved = committing && (reason.kind() == Kind.UNAVAILABLE || reason.kind() == Kind.CLOSED);
        (unresolved ? abandonOutputs() : dropOutputs())
                .whenComplete((all, ignored) -> tools.context().execute(() -> done.completeExceptionally(reason)));
    }

    /** Abandons outputs that no commit will name. */
    private CompletableFuture<Void> dropOutputs() {
        tools.keys().release(keys());
        return abandonOutputs();
    }

    private CompletableFuture<Void> abandonOutputs() {
        return CompletableFuture.allOf(
                outputs.stream().map(CompactionOutput::abandon).toArray(CompletableFuture[]::new));
    }

    /** Attributes damage to the damaged object. Returns all other failures unchanged. */
    private static RuntimeException damaged(ObjectMetadata object, @Nullable Throwable error) {
        Throwable cause = error == null ? null : Failures.unwrap(error);
        return cause instanceof CorruptedDataException
                ? new DamagedInputException(object, String.valueOf(cause.getMessage()), cause)
                : Failures.asStreamException("object=" + object.key() + ": compaction cannot read the object", cause);
    }
}
