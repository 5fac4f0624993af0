package io.s3stream.testkit.wal.scenario;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.wal.scenario.WalMetadata.View;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A process that opens the node, and writes after that. Runs on its node's serial context. Owns its media, its node
 * epoch and its end. {@link WalOpening} and {@link WalWriter} have the steps and their order.
 */
public final class WalOpener {

    /** The common parts of all openers of a scenario. */
    record Shared(
            WalWorld world,
            SimulatedWal wal,
            WalMetadata metadata,
            WalHistory history,
            WalOpeningOrder order,
            boolean eager) {}

    private final Shared shared;
    private final SimNode node;
    private final SerialContext context;
    private final WalProvider provider;
    private final WalContext walContext;
    private final Map<String, WalMedium> media = new LinkedHashMap<>();
    private long nodeEpoch;
    private @Nullable WalWriter writer;
    private @Nullable Throwable end;
    private boolean ended;
    private String lastStep = "begin";

    WalOpener(Shared shared, SimNode node) {
        this.shared = shared;
        this.node = node;
        this.context = node.serialContext("opener");
        this.provider = shared.wal().provider(node);
        this.walContext = shared.wal().context(node);
    }

    Shared shared() {
        return shared;
    }

    SimNode node() {
        return node;
    }

    Simulator simulator() {
        return shared.world().simulator();
    }

    SerialContext context() {
        return context;
    }

    WalMetadata metadata() {
        return shared.metadata();
    }

    WalHistory history() {
        return shared.history();
    }

    long nodeEpoch() {
        return nodeEpoch;
    }

    void registered(long newEpoch) {
        nodeEpoch = newEpoch;
    }

    /** Notes the last step, for messages. */
    void reached(String step) {
        lastStep = step;
    }

    @Override
    public String toString() {
        return "opener of epoch " + nodeEpoch + (writer != null ? ", " + writer : ", opening")
                + (node.isPaused() ? ", paused" : "") + ", last at " + lastStep;
    }

    /** Opens the node and writes, until this opener is closed, fails, or is killed. */
    void begin() {
        context.execute(() -> new WalOpening(this).open().whenCompleteAsync(this::opened, context));
    }

    private void opened(@Nullable WalWriter newWriter, @Nullable Throwable error) {
        if (newWriter == null) {
            end(error);
        } else {
            simulator().count("opened");
            writer = newWriter;
            newWriter.begin();
        }
    }

    /** Stops issuing frames, commits all frames, and closes the media. */
    void close() {
        context.execute(() -> {
            if (writer != null) {
                writer.close();
            }
        });
    }

    boolean isWriting() {
        return writer != null && !ended && node.isAlive();
    }

    /** Returns whether this opener has ended or is dead. */
    boolean isOver() {
        return ended || !node.isAlive();
    }

    /** Returns the failure that ended this opener, or null. */
    @Nullable
    Throwable failure() {
        return end;
    }

    int ackedFrames() {
        return writer == null ? 0 : writer.ackedFrames();
    }

    /** Ends this opener, and checks whether the error, if any, is allowed. */
    void end(@Nullable Throwable error) {
        if (ended) {
            return;
        }
        ended = true;
        media.values().forEach(WalMedium::close);
        if (error != null) {
            end = unwrap(error);
            judge(end);
        }
    }

    private void judge(Throwable error) {
        simulator().count("ended by " + error.getClass().getSimpleName());
        boolean superseded = metadata().now().nodeEpoch() > nodeEpoch && nodeEpoch > 0;
        boolean byAttach = error instanceof FencedException && shared.wal().attachFences();
        if (byAttach || error instanceof StorageException || error instanceof ConflictException) {
            return; // a permanent failure or refusal of the medium shows when the last opener cannot open
        }
        boolean fenced = error instanceof FencedException
                || error instanceof CorruptedDataException
                || error instanceof StoreClosedException;
        if (!fenced || !superseded) {
            history()
                    .violated("the opener of epoch " + nodeEpoch + " fails with " + error + " at " + at(error)
                            + (superseded ? "" : ", although no other opener has registered since"));
        }
    }

    private static String at(Throwable error) {
        return error.getStackTrace().length == 0 ? "?" : error.getStackTrace()[0].toString();
    }

    public static Throwable unwrap(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? unwrap(error.getCause()) : error;
    }

    /** Returns the medium of a URI, which is attached once. */
    CompletableFuture<WalMedium> attach(URI uri, AttachMode mode) {
        String id = provider.mediumId(uri);
        WalMedium present = media.get(id);
        if (present != null) {
            return CompletableFuture.completedFuture(present);
        }
        return provider.attach(uri, mode, walContext)
                .thenApplyAsync(
                        medium -> {
                            media.put(id, medium);
                            return medium;
                        },
                        context);
    }

    WalMedium attached(WalDescriptor descriptor) {
        WalMedium medium = media.get(provider.mediumId(descriptor.uri()));
        if (medium == null) {
            throw new IllegalStateException(descriptor.uri() + " is not attached");
        }
        return medium;
    }

    void detachAll() {
        media.values().forEach(WalMedium::close);
        media.clear();
    }

    /** Completes after a delay, which models other work. */
    CompletableFuture<Void> elapse(long typicalNanos) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        node.schedule(Duration.ofNanos(simulator().latency(typicalNanos)), context, () -> over.complete(null));
        return over;
    }

    /** Makes a change that only the newest opener may make. */
    CompletableFuture<View> change(String name, UnaryOperator<View> change) {
        long epoch = nodeEpoch;
        return metadata().change(node, name, view -> {
            view.require(epoch);
            return change.apply(view);
        });
    }
}
