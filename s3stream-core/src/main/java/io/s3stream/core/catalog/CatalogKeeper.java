package io.s3stream.core.catalog;

import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the catalogue of the store. It writes soon after streams were created, changed or deleted, with all changes since the
 * last catalogue together, one object at a time. A large catalogue is written less often. If a crash prevents a write,
 * the next opening of any node makes up for it. Owns the keys it knows; runs on its own serial context.
 */
public final class CatalogKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogKeeper.class);
    private static final int PAGE = 1000;
    private static final Duration LINGER = Duration.ofMillis(100);
    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final long BYTES_PER_SECOND = 1 << 20;

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final ObjectStorage storage;
    private final MetadataView view;
    private final AtomicBoolean dirty = new AtomicBoolean();
    private final List<CatalogKey> known = new ArrayList<>();
    private final List<CompletableFuture<Void>> finishing = new ArrayList<>();
    private boolean writing;
    private boolean closed;
    private @Nullable Timer timer;
    private long notBefore;

    public CatalogKeeper(EngineRuntime runtime, ObjectStorage storage, MetadataView view) {
        this.runtime = runtime;
        this.context = runtime.serialContext("catalog");
        this.storage = storage;
        this.view = view;
    }

    /** Checks whether the newest catalogue is current, and writes one if not. */
    public void start() {
        context.execute(() -> {
            notBefore = runtime.nanoTime();
            list("", new ArrayList<>());
        });
    }

    /** Records that a stream was created or deleted, or its tags or its seal were changed. Cheap; callable from any thread. */
    public void changed() {
        if (!dirty.getAndSet(true)) {
            context.execute(() -> later(LINGER));
        }
    }

    /** Writes pending changes at once and starts no further write. The future completes after that attempt. */
    public CompletableFuture<Void> finish() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.execute(() -> {
            finishing.add(done);
            write();
        });
        return done;
    }

    /** Starts no further write. */
    public void close() {
        context.execute(() -> {
            closed = true;
            if (timer != null) {
                timer.cancel();
            }
            answerFinishing();
        });
    }

    private void list(String after, List<CatalogKey> found) {
        Failures.answerOf(() -> storage.list(CatalogKey.PREFIX, after, PAGE))
                .whenCompleteAsync(
                        (page, error) -> {
                            if (error != null) {
                                LOG.warn(
                                        "cannot list the catalogues of streams; writing a new one: {}",
                                        String.valueOf(Failures.unwrap(error)));
                                changed(); // an unnecessary catalogue does no harm
                            } else if (page.isEmpty()) {
                                listed(found);
                            } else {
                                page.stream()
                                        .map(ObjectSummary::key)
                                        .flatMap(key -> CatalogKey.parse(key).stream())
                                        .forEach(found::add);
                                list(page.get(page.size() - 1).key(), found);
                            }
                        },
                        context);
    }

    /** Receives the keys in order of their positions. */
    private void listed(List<CatalogKey> found) {
        known.addAll(0, found);
        boolean isCurrent = found.isEmpty()
                ? view.lastStreamId() == 0
                : found.get(found.size() - 1).fingerprint() == Catalog.fingerprint(view);
        if (!isCurrent) {
            changed();
        }
    }

    private void later(Duration delay) {
        if (closed || writing || timer != null || !finishing.isEmpty()) {
            return;
        }
        long wait = Math.max(delay.toNanos(), notBefore - runtime.nanoTime());
        timer = runtime.schedule(Duration.ofNanos(wait), context, () -> {
            timer = null;
            write();
        });
    }

    private void write() {
        if (writing) {
            return;
        }
        if (closed || !dirty.getAndSet(false)) {
            answerFinishing();
            return;
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        writing = true;
        long position = view.sequence(); // before the streams are read, so that they are at least as new
        int fingerprint = Catalog.fingerprint(view);
        List<ByteBuffer> pieces = Catalog.encode(view);
        long bytes = pieces.stream().mapToLong(ByteBuffer::remaining).sum();
        CatalogKey key = CatalogKey.of(position, fingerprint, new UUID(runtime.randomLong(), runtime.randomLong()));
        runtime.step("catalog.write");
        Failures.answerOf(() -> storage.put(key.key(), ObjectBody.of(pieces), PutCondition.ALWAYS))
                .whenCompleteAsync((version, error) -> written(key, bytes, error), context);
    }

    private void written(CatalogKey key, long bytes, @Nullable Throwable error) {
        if (error != null) {
            writing = false;
            LOG.warn("cannot write the catalogue of streams; retrying: {}", String.valueOf(Failures.unwrap(error)));
            dirty.set(true);
            answerFinishing();
            later(RETRY);
            return;
        }
        long pause = Math.max(
                MIN_PAUSE.toNanos(),
                Duration.ofSeconds(bytes / BYTES_PER_SECOND).toNanos());
        notBefore = runtime.nanoTime() + pause;
        deleteOlder(key).whenCompleteAsync((done, failure) -> goOn(), context);
    }

    private void goOn() {
        writing = false;
        if (!finishing.isEmpty()) {
            write(); // the changes since then
        } else if (dirty.get()) {
            later(LINGER);
        }
    }

    /** Deletes older catalogues, except those from before a rebuild [R42]. */
    private CompletableFuture<Void> deleteOlder(CatalogKey newest) {
        long before = view.rebuildMark().sequence();
        List<String> older = known.stream()
                .filter(key -> key.position() < newest.position() && key.position() > before)
                .map(CatalogKey::key)
                .toList();
        known.removeIf(key -> key.position() < newest.position());
        known.add(newest);
        if (older.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return Failures.answerOf(() -> storage.delete(older)).handle((failed, error) -> {
            if (error != null || !failed.isEmpty()) {
                LOG.info("{} old catalogues of streams were not deleted; the next opening retries", older.size());
            }
            return null;
        });
    }

    private void answerFinishing() {
        closed = closed || !finishing.isEmpty();
        List<CompletableFuture<Void>> all = List.copyOf(finishing);
        finishing.clear();
        all.forEach(each -> each.complete(null));
    }
}
