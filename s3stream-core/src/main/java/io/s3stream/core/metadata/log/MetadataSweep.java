package io.s3stream.core.metadata.log;

import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.spi.storage.ObjectSummary;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the metadata's objects that no head names and none will. They come from processes that died before naming them,
 * or before deleting the objects they had replaced. {@link MetadataKeys} has the rule. Objects from before a rebuild
 * may be the last remains of the lost metadata, and are kept [R42]. Confined to the metadata's serial context.
 */
final class MetadataSweep {

    private static final Logger LOG = LoggerFactory.getLogger(MetadataSweep.class);
    private static final int PAGE = 1000;

    private final MetadataLog log;
    private final Supplier<Head> heads;
    private final Supplier<RebuildMark> mark;
    private final MetadataObjectDeleter retirement;
    private boolean strangerMet;

    MetadataSweep(MetadataLog log, Supplier<Head> heads, Supplier<RebuildMark> mark, MetadataObjectDeleter retirement) {
        this.log = log;
        this.heads = heads;
        this.mark = mark;
        this.retirement = retirement;
    }

    /** Hands the orphans to the retirement. The future completes when all objects were examined. */
    void run(CompletableFuture<Void> done) {
        Head head = heads.get();
        new Walk(head, head.keys(), done).next();
    }

    /** A sweep, by the head that was read before the first listing. */
    private final class Walk {

        private final Head head;
        private final Set<String> named;
        private final CompletableFuture<Void> done;
        private final Iterator<MetadataKeys> kinds =
                List.of(MetadataKeys.values()).iterator();
        private final List<String> found = new ArrayList<>();

        Walk(Head head, Set<String> named, CompletableFuture<Void> done) {
            this.head = head;
            this.named = named;
            this.done = done;
        }

        void next() {
            if (kinds.hasNext()) {
                list(kinds.next(), "");
            } else {
                retirement.retire(found);
                done.complete(null);
            }
        }

        private void list(MetadataKeys keys, String after) {
            RetryScope attempts = log.attempts(done::completeExceptionally);
            log.list(keys.prefix(), after, PAGE, attempts, page -> {
                attempts.finish();
                page.forEach(object -> look(keys, object));
                if (page.isEmpty()) {
                    next();
                } else {
                    list(keys, page.get(page.size() - 1).key());
                }
            });
        }

        private void look(MetadataKeys keys, ObjectSummary object) {
            OptionalLong number = keys.number(object.key());
            if (number.isEmpty()) {
                if (!strangerMet) {
                    strangerMet = true;
                    LOG.warn(
                            "object={} was not written by a store: this object and others like it are not deleted",
                            object.key());
                }
            } else if (!named.contains(object.key())
                    && !keys.mayStillBeNamed(number.getAsLong(), head)
                    && !mark.get().coversPosition(number.getAsLong())) {
                found.add(object.key());
            }
        }
    }
}
