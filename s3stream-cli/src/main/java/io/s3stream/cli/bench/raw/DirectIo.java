package io.s3stream.cli.bench.raw;

import io.s3stream.cli.terminal.ToolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Opens files without the page cache. The option belongs to the JDK, not to the Java platform, so its name is looked
 * up.
 */
final class DirectIo {

    static final int ALIGNMENT = 4096;

    private DirectIo() {}

    static FileChannel open(Path path, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        all.add(direct());
        return FileChannel.open(path, all);
    }

    static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes + ALIGNMENT)
                .alignedSlice(ALIGNMENT)
                .limit(bytes)
                .slice();
    }

    private static OpenOption direct() {
        try {
            Object[] constants =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            for (Object constant : constants) {
                if (constant instanceof OpenOption option && constant.toString().equals("DIRECT")) {
                    return option;
                }
            }
        } catch (ClassNotFoundException e) {
            throw new ToolException("this JDK has no direct I/O, and --raw needs it", e);
        }
        throw new ToolException("this JDK has no direct I/O, and --raw needs it");
    }
}
