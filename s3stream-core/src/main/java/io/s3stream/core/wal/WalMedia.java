package io.s3stream.core.wal;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.api.text.StoreUri;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The media that a node has attached, each once for any options of its URI: generations of different times may share
 * one. Owns them until they are closed here. A late answer to an abandoned attach is closed, unless the medium was
 * requested again.
 *
 * <p>Used by one step at a time. Answers arrive on any thread: the state is guarded by the monitor, under which no
 * medium is called.
 */
public final class WalMedia implements AutoCloseable {

    private final List<WalProvider> providers;
    private final WalContext context;
    private final Map<String, WalMedium> attached = new LinkedHashMap<>();
    private final Map<String, Attaching> attaching = new LinkedHashMap<>();
    private final Set<WalMedium> detached = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;

    /** An attach without an answer. */
    private static final class Attaching {
        final URI uri;
        final CompletableFuture<WalMedium> answer = new CompletableFuture<>();
        boolean isAbandoned;

        Attaching(URI uri) {
            this.uri = uri;
        }
    }

    public WalMedia(List<WalProvider> providers, WalContext context) {
        this.providers = List.copyOf(providers);
        this.context = context;
    }

    /** Returns the medium's id, which does not depend on the URI's options. */
    public String mediumId(URI uri) {
        return provider(uri).mediumId(uri);
    }

    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode) {
        WalProvider provider = provider(uri);
        String id = provider.mediumId(uri);
        Attaching begun = new Attaching(uri);
        synchronized (this) {
            WalMedium present = attached.get(id);
            if (present != null) {
                return CompletableFuture.completedFuture(present);
            }
            Attaching earlier = attaching.get(id);
            if (earlier != null && earlier.uri.equals(uri)) {
                earlier.isAbandoned = false;
                return earlier.answer.copy();
            }
            if (earlier != null) {
                return earlier.answer.handle((medium, error) -> id).thenCompose(over -> attach(uri, mode));
            }
            attaching.put(id, begun);
        }
        Failures.answerOf(() -> provider.attach(uri, mode, context))
                .whenComplete((medium, error) -> answered(id, begun, medium, error));
        return begun.answer.copy();
    }

    private void answered(String id, Attaching begun, @Nullable WalMedium medium, @Nullable Throwable error) {
        boolean isWanted;
        synchronized (this) {
            attaching.remove(id);
            isWanted = !closed && !begun.isAbandoned;
            if (medium != null && isWanted) {
                attached.put(id, medium);
            }
        }
        if (medium == null) {
            begun.answer.completeExceptionally(
                    error == null ? new StorageException("wal=" + begun.uri + ": attach returned nothing") : error);
        } else if (isWanted) {
            begun.answer.complete(medium);
        } else {
            medium.close();
            begun.answer.completeExceptionally(
                    new StoreClosedException("wal=" + begun.uri + ": abandoned; it was attached too late"));
        }
    }

    /** Abandons the attach of this medium that is in progress, if there is one. */
    public synchronized void abandon(String mediumId) {
        Attaching begun = attaching.get(mediumId);
        if (begun != null) {
            begun.isAbandoned = true;
        }
    }

    /** Detaches a medium with an abandoned call in progress: the next attach gets another one. */
    public synchronized void detach(String mediumId) {
        WalMedium medium = attached.remove(mediumId);
        if (medium != null) {
            detached.add(medium);
        }
    }

    /** Closes a detached medium after the abandoned call was answered. */
    public void closeDetached(WalMedium medium) {
        boolean wasDetached;
        synchronized (this) {
            wasDetached = detached.remove(medium);
        }
        if (wasDetached) {
            medium.close();
        }
    }

    /** Returns whether another process is refused one of these media while it is attached here. */
    public synchronized boolean holdsLocks() {
        return attached.values().stream().anyMatch(WalMedium::isExclusive);
    }

    /** Closes one medium, if it is attached. */
    public void close(String mediumId) {
        WalMedium medium;
        synchronized (this) {
            medium = attached.remove(mediumId);
        }
        if (medium != null) {
            medium.close();
        }
    }

    /** Closes all but these. */
    public void closeAllBut(Set<String> mediumIds) {
        List<String> ids;
        synchronized (this) {
            ids = List.copyOf(attached.keySet());
        }
        ids.stream().filter(id -> !mediumIds.contains(id)).forEach(this::close);
    }

    /** Closes all, including media that are being attached or prepared. */
    @Override
    public void close() {
        List<WalMedium> hanging;
        synchronized (this) {
            closed = true;
            hanging = List.copyOf(detached);
        }
        hanging.forEach(this::closeDetached);
        closeAllBut(Set.of());
    }

    private WalProvider provider(URI uri) {
        return provider(providers, uri);
    }

    /** Returns the provider for the URI's scheme. */
    static WalProvider provider(List<WalProvider> providers, URI uri) {
        String scheme = StoreUri.wal("wal", uri).getScheme();
        return providers.stream()
                .filter(candidate -> candidate.schemes().contains(scheme))
                .findFirst()
                .orElseThrow(
                        () -> new InvalidRequestException("wal=" + SafeUri.of(uri) + ": no WAL for scheme '" + scheme
                                + "' on the class path; there are "
                                + providers.stream()
                                        .flatMap(candidate -> candidate.schemes().stream())
                                        .sorted()
                                        .toList()
                                + "; write " + StoreUri.walExamples(uri)));
    }
}
