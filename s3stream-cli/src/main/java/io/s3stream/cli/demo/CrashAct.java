package io.s3stream.cli.demo;

import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.ChildTool;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.ToolException;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/** Act 4: kills a writer process while it appends. Every acknowledged record must be present after that. */
final class CrashAct {

    static final String STREAM = "crash";

    private final String storeUri;
    private final String walUri;
    private final int node;
    private final DemoInput input;
    private final Output out;
    private final long acksBeforeKill;

    CrashAct(String storeUri, String walUri, int node, DemoInput input, Output out, long acksBeforeKill) {
        this.storeUri = storeUri;
        this.walUri = walUri;
        this.node = node;
        this.input = input;
        this.out = out;
        this.acksBeforeKill = acksBeforeKill;
    }

    /** Returns the number of records that the writer had acknowledged before it died. */
    long killWriter() throws IOException, InterruptedException {
        out.say("");
        out.say("4. Kill a writer with SIGKILL while it appends");
        Process writer = ChildTool.start(
                List.of("-Xmx512m", "-XX:MaxDirectMemorySize=1g"),
                List.of("append", STREAM, "--store", storeUri, "--wal", walUri, "--node", Integer.toString(node)));
        Thread feeder = new Thread(() -> feed(writer.getOutputStream()), "feeder");
        feeder.setDaemon(true);
        feeder.start();
        long acknowledged = 0;
        try (BufferedReader acks = writer.inputReader()) {
            for (String line = acks.readLine(); line != null; line = acks.readLine()) {
                String expected = "ACK " + acknowledged;
                if (!line.equals(expected)) {
                    if (acknowledged < acksBeforeKill || !expected.startsWith(line)) {
                        throw new ToolException("the writer printed '" + line + "' instead of '" + expected + "'");
                    }
                    break; // the last line of a killed writer, incomplete
                }
                acknowledged++;
                if (acknowledged == acksBeforeKill) {
                    ChildTool.kill(writer);
                }
            }
        } finally {
            ChildTool.kill(writer);
        }
        int exitCode = writer.waitFor();
        feeder.join();
        if (acknowledged < acksBeforeKill) {
            throw new ToolException(
                    "the writer ended by itself, exit code " + exitCode + ", after " + acknowledged + " records");
        }
        out.say(
                "   process %d is dead (exit code %d); it had acknowledged %d records",
                writer.pid(), exitCode, acknowledged);
        return acknowledged;
    }

    /** Opens the node again and compares every record. */
    void recover(Supplier<StreamStore> open, long acknowledged) {
        long began = System.nanoTime();
        try (StreamStore store = open.get()) {
            double seconds = (System.nanoTime() - began) / 1e9;
            StreamReader stream = Streams.reader(store, STREAM);
            long found = stream.confirmOffset();
            Streams.read(stream, 0, found, batch -> {
                if (!batch.payload().equals(ByteBuffer.wrap(input.record(batch.baseOffset())))) {
                    throw new ToolException("offset " + batch.baseOffset() + " differs from the appended record");
                }
            });
            if (found < acknowledged) {
                throw new ToolException(
                        acknowledged + " records were acknowledged, only " + found + " are present after recovery");
            }
            out.say("   recovered in %.2f s: all %d acknowledged records are present and equal", seconds, acknowledged);
            out.say("   (and %d written but unacknowledged records, also equal)", found - acknowledged);
        }
    }

    /** Feeds the writer until it is killed. */
    private void feed(OutputStream pipe) {
        try (OutputStream lines = new BufferedOutputStream(pipe, 64 << 10)) {
            for (long n = 0; ; n++) {
                lines.write(input.record(n));
                lines.write('\n');
            }
        } catch (IOException e) {
            // Broken pipe: the writer was killed, as intended.
            Thread.currentThread().setName("feeder, done: " + e.getMessage());
        }
    }
}
