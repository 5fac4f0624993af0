package io.s3stream.api.tools;

import io.s3stream.api.errors.ConflictException;

/**
 * A rebuild wrote nothing, because something is unreadable, missing or doubtful and that loss was not accepted. The report
 * lists it. A second run may succeed if the storage answers again; otherwise {@link RebuildOptions#acceptLoss} accepts it.
 */
public class RebuildRefusedException extends ConflictException {

    private static final long serialVersionUID = 1;

    private final transient RebuildReport report;

    public RebuildRefusedException(String message, RebuildReport report) {
        super(message);
        this.report = report;
    }

    /** What could be rebuilt, and what not. */
    public RebuildReport report() {
        return report;
    }
}
