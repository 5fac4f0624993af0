package io.s3stream.cli.bench.raw;

import io.s3stream.cli.terminal.ToolException;
import io.s3stream.spi.runtime.DirectIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Opens files without the page cache. */
final class DirectFiles {

    static final int ALIGNMENT = 4096;

    private DirectFiles() {}

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
            return DirectIo.option();
        } catch (UnsupportedOperationException e) {
            throw new ToolException("--raw needs direct I/O: " + e.getMessage(), e);
        }
    }
}
