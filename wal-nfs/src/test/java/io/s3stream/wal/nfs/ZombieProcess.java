package io.s3stream.wal.nfs;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/**
 * A process that appends until it fails. It prints its descriptor, then {@code ACK n} for each frame, then the reason
 * of its end.
 */
final class ZombieProcess {

    private ZombieProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        Generation generation =
                new Generation(new NfsWalProvider(), Path.of(arguments[0]), Long.parseLong(arguments[1]));
        System.out.println("DESCRIPTOR " + Generation.text(generation.descriptor));
        try {
            while (true) {
                generation.append().get();
                System.out.println("ACK " + generation.frames.last().sequence());
            }
        } catch (ExecutionException | IllegalStateException e) {
            System.out.println("END " + (e.getCause() == null ? e : e.getCause()));
        }
        System.exit(0);
    }
}
