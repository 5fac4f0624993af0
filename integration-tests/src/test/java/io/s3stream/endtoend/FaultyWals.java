package io.s3stream.endtoend;

import io.s3stream.api.errors.StorageException;
import io.s3stream.core.EngineParts;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.spi.wal.FillingFrame;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.wal.ForwardingWalMedium;
import io.s3stream.testkit.wal.ForwardingWalProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The engine with the real WALs, each of which can be told to fail its writes or never to answer them. Not final: a
 * test may break one of its rules as well.
 */
class FaultyWals extends EngineParts {

    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final Set<String> lying = ConcurrentHashMap.newKeySet();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final Set<String> hangingAttach = ConcurrentHashMap.newKeySet();
    private final Set<String> hangingPrepare = ConcurrentHashMap.newKeySet();
    private final Set<String> holdingReleases = ConcurrentHashMap.newKeySet();
    private volatile CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
    private volatile CompletableFuture<Void> release = new CompletableFuture<>();
    private volatile CompletableFuture<Void> mayRelease = CompletableFuture.completedFuture(null);
    private @Nullable SlabPool pool;

    /** Fails writes to a medium whose URI contains {@code part} from now on. Half of them reach the medium anyway. */
    void fail(String part) {
        failing.add(part);
    }

    /** Writes succeed again. */
    void heal() {
        failing.clear();
    }

    /** Executes all writes to such a medium, and answers with an error. */
    void failAfterEffect(String part) {
        lying.add(part);
    }

    /** Executes writes to such a medium and answers none before {@link #answer}. */
    void silence(String part) {
        silent.add(part);
    }

    void answer() {
        silent.clear();
        release.complete(null);
        release = new CompletableFuture<>();
    }

    /** Answers all unanswered writes with an error. */
    void refuse() {
        silent.clear();
        release.completeExceptionally(new StorageException("the medium is broken"));
        release = new CompletableFuture<>();
    }

    /** Executes an attach of such a medium and answers it only after {@link #letAnswer}. */
    void hangAttach(String part) {
        hangingAttach.add(part);
    }

    /** Prepares a generation of such a medium and answers only after {@link #letAnswer}. */
    void hangPrepare(String part) {
        hangingPrepare.add(part);
    }

    /** Answers all hanging calls. Later calls do not hang. */
    void letAnswer() {
        hangingAttach.clear();
        hangingPrepare.clear();
        mayAnswer.complete(null);
        mayAnswer = new CompletableFuture<>();
    }

    private CompletableFuture<Void> turn(Set<String> hanging, URI uri) {
        return hanging.stream().anyMatch(uri.toString()::contains)
                ? mayAnswer
                : CompletableFuture.completedFuture(null);
    }

    /** Releases no generation before {@link #letRelease}. */
    void holdReleases() {
        holdReleases("");
    }

    /** Releases no generation of such a medium before {@link #letRelease}. */
    void holdReleases(String part) {
        holdingReleases.add(part);
        mayRelease = new CompletableFuture<>();
    }

    void letRelease() {
        holdingReleases.clear();
        mayRelease.complete(null);
    }

    long slabsOut() {
        return pool == null ? 0 : pool.outstandingBytes();
    }

    @Override
    public SlabPool slabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
        pool = super.slabPool(slabBytes, alignment, budget, pinLimit);
        return pool;
    }

    @Override
    public List<WalProvider> walProviders() {
        return super.walProviders().stream().<WalProvider>map(Faulty::new).toList();
    }

    private CompletableFuture<Void> answer(URI uri, WalFrame frame, WriteAheadLog log) {
        boolean fails = failing.stream().anyMatch(uri.toString()::contains);
        if (fails && frame.sequence() % 2 == 0) {
            return CompletableFuture.failedFuture(new StorageException("the medium is broken"));
        }
        CompletableFuture<Void> written = log.append(frame);
        if (fails || lying.stream().anyMatch(uri.toString()::contains)) {
            return written.thenRun(() -> {
                throw new StorageException("the medium is broken");
            });
        }
        CompletableFuture<Void> held = release;
        return silent.stream().anyMatch(uri.toString()::contains) ? written.thenCompose(done -> held) : written;
    }

    private final class Faulty extends ForwardingWalProvider {

        Faulty(WalProvider real) {
            super(real);
        }

        @Override
        public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
            return turn(hangingAttach, uri)
                    .thenCompose(nothing -> super.attach(uri, mode, context))
                    .thenApply(medium -> faulty(uri, medium));
        }

        private WalMedium faulty(URI uri, WalMedium medium) {
            return new ForwardingWalMedium(medium) {
                @Override
                public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
                    return super.prepare(walEpoch)
                            .thenCompose(prepared -> turn(hangingPrepare, uri).thenApply(nothing -> prepared));
                }

                @Override
                public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
                    return new FaultyLog(uri, super.create(descriptor, firstSequence));
                }

                @Override
                public CompletableFuture<Void> release(WalDescriptor descriptor) {
                    CompletableFuture<Void> held = mayRelease;
                    return holdingReleases.stream().anyMatch(uri.toString()::contains)
                            ? held.thenCompose(nothing -> super.release(descriptor))
                            : super.release(descriptor);
                }
            };
        }
    }

    private final class FaultyLog implements WriteAheadLog {

        private final URI uri;
        private final WriteAheadLog real;

        FaultyLog(URI uri, WriteAheadLog real) {
            this.uri = uri;
            this.real = real;
        }

        @Override
        public WalProfile profile() {
            return real.profile();
        }

        @Override
        public Duration linger(FillingFrame frame) {
            return real.linger(frame);
        }

        @Override
        public long reserve(int frameBytes) {
            return real.reserve(frameBytes);
        }

        @Override
        public CompletableFuture<Void> append(WalFrame frame) {
            return answer(uri, frame, real);
        }

        @Override
        public void trim(long position) {
            real.trim(position);
        }

        @Override
        public long usedBytes() {
            return real.usedBytes();
        }

        @Override
        public CompletableFuture<Void> closeAsync() {
            return real.closeAsync();
        }
    }
}
