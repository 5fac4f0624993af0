package io.s3stream.storage.s3;

import java.util.EnumSet;
import java.util.Set;

/**
 * The uses of the bucket that the server has allowed to this client. A refusal of an allowed use comes from rotating
 * credentials or from a confused server, so it is expected to pass. A refusal of any other use means that the operator
 * must correct something. Thread-safe.
 */
final class ProvenAccess {

    private volatile Set<Use> proven = EnumSet.noneOf(Use.class); // replaced, never changed

    void note(Use use) {
        if (!proven.contains(use)) {
            add(use);
        }
    }

    private synchronized void add(Use use) {
        Set<Use> more = EnumSet.of(use);
        more.addAll(proven);
        proven = more;
    }

    boolean isProven(Use use) {
        return proven.contains(use);
    }
}
