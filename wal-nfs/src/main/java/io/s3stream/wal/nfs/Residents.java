package io.s3stream.wal.nfs;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the stores that have generations in a directory, by their opening records. Blocking; stateless. */
final class Residents {

    private static final Logger log = LoggerFactory.getLogger(Residents.class);
    private static final Pattern NODE = Pattern.compile("[0-9]{1,10}");

    private Residents() {}

    /** Returns the stores of all readable opening records. A cached listing may hide some of them. */
    static Set<UUID> of(NfsDirectory directory) throws IOException {
        Set<UUID> stores = new TreeSet<>();
        for (String node : directory.list("")) {
            if (NODE.matcher(node).matches() && directory.isDirectory(node)) {
                for (String entry : directory.list(node)) {
                    if (GenerationFiles.openedEpoch(entry).isPresent()) {
                        addStore(directory, node + "/" + entry, stores);
                    }
                }
            }
        }
        return stores;
    }

    private static void addStore(NfsDirectory directory, String name, Set<UUID> stores) throws IOException {
        try (NfsFile file = directory.open(name)) {
            stores.add(OpeningRecord.read(file).storeId());
        } catch (NoSuchFileException | CorruptedDataException e) {
            log.debug("{} cannot be read: {}", name, e.toString());
        }
    }
}
