package io.s3stream.api.tools;

import io.s3stream.api.errors.ConflictException;

/**
 * A rebuild wrote nothing, because data is unreadable, missing or doubtful and that loss was not accepted. The report
 * lists it. A second run may succeed if the storage answers again; otherwise {@link RebuildOptions#acceptLoss} accepts
 * it.
 */
public class RebuildRefusedException extends ConflictException {

    private static final long serialVersionUID = 1;

    private final transient RebuildReport report;

    public RebuildRefusedException(String message, RebuildReport report) {
        super(message);
        this.report = report;
    }

    /** The possible rebuild, and its losses. */
    public RebuildReport report() {
        return report;
    }
}
