package io.s3stream.core.metadata.log;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.log.MetadataLog.Present;
import io.s3stream.core.metadata.state.ChainRule;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.StateMachine;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** This process's copy of the state, with the matching head. Changed on the metadata's serial context only. */
final class Replica {

    private final MetadataLog log;
    private final StateMachine machine;
    private final LogLoader loader;
    private final CommitPacer pace;
    private final HeadListener listener;
    private @Nullable Head head;
    private String version = "";
    private volatile @Nullable MetadataState state;

    /** Receives each new head of the replica. */
    interface HeadListener {

        /** Called when the replica has a new head, so that no older compare-and-set can succeed. */
        void headChanged(Head head);
    }

    /** @param listener is called on the metadata's serial context, after the replica has the head and its state */
    Replica(MetadataLog log, StateMachine machine, ChainRule chain, HeadListener listener) {
        this.log = log;
        this.machine = machine;
        this.loader = new LogLoader(log, machine, chain);
        this.pace = new CommitPacer(log.runtime().nanoTime());
        this.listener = listener;
    }

    /** Returns the pacing. The replica tells it of each head and of other clients' batches. */
    CommitPacer pace() {
        return pace;
    }

    MetadataState state() {
        return present(state);
    }

    Head head() {
        return present(head);
    }

    String version() {
        return version;
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the metadata is not loaded yet");
        }
        return value;
    }

    /** Reads the head, or creates it. If several clients create it at once, one wins and the others read it. */
    void open(RetryScope attempts, Runnable then) {
        openIfPresent(attempts, then, () -> create(attempts, then));
    }

    /** @param absent called if two reads find no head */
    void openIfPresent(RetryScope attempts, Runnable then, Runnable absent) {
        log.readHead(attempts, first -> {
            if (first.isPresent()) {
                load(first.get(), attempts, then);
                return;
            }
            log.readHead(attempts, second -> {
                if (second.isPresent()) {
                    load(second.get(), attempts, then);
                } else {
                    absent.run();
                }
            });
        });
    }

    private void create(RetryScope attempts, Runnable then) {
        Head first =
                Head.first(new UUID(log.runtime().randomLong(), log.runtime().randomLong()));
        log.compareAndSet(
                Optional.empty(),
                HeadCodec.encode(first),
                attempts,
                created -> {
                    if (created.isPresent()) {
                        state = machine.initial(first.storeId());
                        head = first;
                        version = created.get();
                        listener.headChanged(first);
                        then.run();
                    } else {
                        open(attempts, then);
                    }
                },
                unknown -> attempts.again(unknown, () -> open(attempts, then)));
    }

    /** Applies other clients' commits since the last look. Costs one conditional read if there are none. */
    void catchUp(RetryScope attempts, Runnable then) {
        log.readHeadIfChanged(version, attempts, value -> {
            if (value.isPresent()) {
                load(value.get(), attempts, then);
            } else {
                pace.headKnown(log.runtime().nanoTime());
                then.run();
            }
        });
    }

    private void load(Present value, RetryScope attempts, Runnable then) {
        Head named = value.head();
        MetadataState known = state;
        log.runtime().step("metadata.load");
        loader.load(named, known, attempts, new LogLoader.Listener() {
            @Override
            public void loaded(MetadataState now) {
                state = now;
                head = named;
                version = value.version();
                log.metrics().reloaded();
                pace.headKnown(log.runtime().nanoTime());
                listener.headChanged(named);
                then.run();
            }

            @Override
            public void applied(Batch batch) {
                if (known != null) {
                    pace.saw(batch.nodeId());
                }
            }

            @Override
            public void missing(String key) {
                reload(key, attempts, then);
            }

            @Override
            public void contradicted(CorruptedDataException finding) {
                attempts.again(finding, () -> readAgain(attempts, then));
            }
        });
    }

    private void readAgain(RetryScope attempts, Runnable then) {
        log.readHead(attempts, value -> {
            if (value.isPresent()) {
                load(value.get(), attempts, then);
            } else {
                attempts.again(gone(), () -> readAgain(attempts, then));
            }
        });
    }

    private static CorruptedDataException gone() {
        return new CorruptedDataException("object=" + MetadataLog.HEAD_KEY + ": the head is missing");
    }

    /**
     * Reloads after a missing object. If the newest head does not name the object, others have moved on; otherwise the
     * object is lost [R20].
     */
    private void reload(String missing, RetryScope attempts, Runnable then) {
        log.readHead(attempts, value -> {
            if (value.isEmpty()) {
                attempts.again(gone(), () -> reload(missing, attempts, then));
            } else if (value.get().head().keys().contains(missing)) {
                attempts.again(
                        new CorruptedDataException("object=" + missing + ": the head names it, but it does not exist"),
                        () -> load(value.get(), attempts, then));
            } else {
                load(value.get(), attempts, then);
            }
        });
    }

    /** Records that our own compare-and-set succeeded. */
    void moved(Head newHead, String newVersion, StateMachine.Prepared change, UUID batch) {
        change.commit();
        state().history().add(batch);
        head = newHead;
        version = newVersion;
        pace.won(log.runtime().nanoTime());
        listener.headChanged(newHead);
    }
}
