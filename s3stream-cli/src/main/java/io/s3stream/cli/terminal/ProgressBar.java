package io.s3stream.cli.terminal;

import io.s3stream.api.tools.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Shows progress as a line on standard error that is overwritten. Shows nothing if standard error is no terminal. For a
 * single thread at a time.
 */
public final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 40;
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PrintStream err;
    private final boolean shown;
    private final long begun = System.nanoTime();
    private long drawn = begun - REDRAW_NANOS;
    private int length;

    /** @param isTerminal whether {@code err} can be written over */
    public ProgressBar(PrintStream err, boolean isTerminal) {
        this.err = err;
        this.shown = isTerminal;
    }

    /** Returns a bar on standard error; {@code bin/s3stream} tells whether that is a terminal. */
    public static ProgressBar on(Terminal terminal) {
        return new ProgressBar(terminal.err(), Boolean.getBoolean("s3stream.terminal"));
    }

    public void show(Progress progress) {
        long now = System.nanoTime();
        if (!shown || (now - drawn < REDRAW_NANOS && progress.done() < progress.total())) {
            return;
        }
        drawn = now;
        double share = progress.total() == 0 ? 0 : Math.min(1, (double) progress.done() / progress.total());
        int filled = (int) (share * WIDTH);
        String line = String.format(
                Locale.ROOT,
                "%s [%s%s] %3d%%  %d of %d  %d s",
                progress.what(),
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                (int) (share * 100),
                progress.done(),
                progress.total(),
                TimeUnit.NANOSECONDS.toSeconds(now - begun));
        write(line);
    }

    /** Removes the line. */
    @Override
    public void close() {
        if (length > 0) {
            write("");
            err.print('\r');
            err.flush();
        }
    }

    private void write(String line) {
        err.print('\r' + line + " ".repeat(Math.max(0, length - line.length())));
        err.flush();
        length = line.length();
    }
}
