package io.s3stream.core.metadata.state;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.StoredObject;
import io.s3stream.layout.ObjectKeys;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Rules for objects from before a rebuild of the metadata [R42]. */
final class RebuildCommands {

    private RebuildCommands() {}

    /**
     * Retires objects from before the rebuild. Only the sweep may decide about later objects: an unnamed one may be
     * about to be committed.
     */
    static Accepted retireObjects(EntityStore store, Command.RetireObjects command) {
        Map<String, Long> sizes = new TreeMap<>();
        for (StoredObject object : command.objects()) {
            if (!isBeforeRebuild(store, object.key()) || object.size() < 0) {
                throw Refusal.invalid("object=" + object.key() + " of " + object.size()
                        + " bytes: not an object from before a rebuild");
            }
            sizes.put(object.key(), object.size());
        }
        Set<String> named = store.named(sizes.keySet());
        if (!named.isEmpty()) {
            throw Refusal.conflict("object=" + named.iterator().next() + ": the metadata name it");
        }
        sizes.forEach((key, size) -> {
            long id = Math.addExact(store.lastObjectId(), 1);
            store.lastObjectId(id);
            store.putObject(new ObjectMetadata(id, key, size, 0, 0));
        });
        return new Accepted(sizes.size(), List.of());
    }

    private static boolean isBeforeRebuild(EntityStore store, String key) {
        try {
            return store.rebuildMark().covers(ObjectKeys.parse(key));
        } catch (CorruptedDataException notOurs) {
            return false;
        }
    }
}
