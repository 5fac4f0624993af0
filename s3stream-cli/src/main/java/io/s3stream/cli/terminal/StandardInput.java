package io.s3stream.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells whether this process has a standard input. If it was closed, the first file that the JVM opens gets its number,
 * and a command that reads standard input would read a file of the JVM. On Linux this class finds out; elsewhere the
 * launcher does.
 */
final class StandardInput {

    private static final Path TARGET = Path.of("/proc/self/fd/0");

    private StandardInput() {}

    static boolean isOpen() {
        if (!Files.isDirectory(TARGET.getParent())) {
            return true;
        }
        try {
            return !isOfTheJvm(Files.readSymbolicLink(TARGET));
        } catch (IOException | UnsupportedOperationException closed) {
            return false;
        }
    }

    /**
     * Files that a JVM opens before it runs a program: its installation, its class path and its class data archives.
     */
    static boolean isOfTheJvm(Path file) throws IOException {
        Path java = Path.of(System.getProperty("java.home")).toRealPath();
        if (file.startsWith(java) || file.toString().endsWith(".jsa")) {
            return true;
        }
        for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
            if (!entry.isEmpty()
                    && Files.exists(Path.of(entry))
                    && Path.of(entry).toRealPath().equals(file)) {
                return true;
            }
        }
        return false;
    }
}
