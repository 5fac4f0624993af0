package io.s3stream.core.metadata.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes objects that neither the head nor a later one names. Waits for a grace period on this process's own clock
 * [R21], because others may still read by an older head. For them a missing object only means to reload [R20]. Best
 * effort.
 */
final class MetadataObjectDeleter {

    private static final Logger LOG = LoggerFactory.getLogger(MetadataObjectDeleter.class);
    private static final int TRIES = 3;

    private final MetadataLog log;
    private final Supplier<Set<String>> named;

    /** @param named the keys that the head names */
    MetadataObjectDeleter(MetadataLog log, Supplier<Set<String>> named) {
        this.log = log;
        this.named = named;
    }

    void retire(Collection<String> keys) {
        retire(List.copyOf(keys), TRIES);
    }

    private void retire(List<String> keys, int tries) {
        if (keys.isEmpty()) {
            return;
        }
        log.schedule(log.settings().grace(), () -> delete(keys, tries));
    }

    private void delete(List<String> keys, int tries) {
        List<String> unnamed = new ArrayList<>(keys);
        unnamed.removeAll(named.get());
        if (unnamed.isEmpty()) {
            return;
        }
        RetryScope attempts = log.attempts(failure -> LOG.warn("metadata objects not deleted: {}", unnamed, failure));
        log.delete(unnamed, attempts, failed -> {
            attempts.finish();
            if (tries > 1) {
                retire(failed, tries - 1);
            } else if (!failed.isEmpty()) {
                LOG.warn("metadata objects not deleted: {}", failed);
            }
        });
    }
}
