package io.s3stream.cli.bench;

import io.s3stream.cli.terminal.ChildTool;
import io.s3stream.cli.terminal.ToolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;

/** Kills a process that has filled its WAL and has uploaded nothing. */
final class KilledWriter {

    /** An upload begins at a quarter of the smaller of cache and WAL. */
    static final int ROOM = 5;

    private KilledWriter() {}

    /** Returns when the process is dead. Its WAL then has at least the data of {@code fill}. */
    static void run(FillOptions fill, String storeUri, String walUri, int node) throws IOException {
        long cache = Math.max(256L << 20, ROOM * fill.size());
        Process writer = ChildTool.start(
                List.of("-Xmx1g", "-XX:MaxDirectMemorySize=" + (cache + (1L << 30))),
                List.of(
                        "bench",
                        "fill",
                        "--store=" + storeUri,
                        "--wal=" + walUri,
                        "--node=" + node,
                        "--record-size=" + fill.recordBytes(),
                        "--streams=" + fill.streams(),
                        "--size=" + fill.size(),
                        "--config=writeCacheBytes=" + cache,
                        "--config=uploadThresholdBytes=" + cache,
                        "--config=uploadInterval=1h"));
        try (BufferedReader output = writer.inputReader()) {
            if (!FillCommand.READY.equals(output.readLine())) {
                throw new ToolException("the writer ended before it had written " + fill.size() + " bytes");
            }
        } finally {
            ChildTool.kill(writer);
            writer.onExit().join();
        }
    }
}
