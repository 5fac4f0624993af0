package io.s3stream.core.errors;

import org.slf4j.Logger;

/**
 * A log for places whose next step must run in any case. The logger is code of the host: it may throw, for example because
 * there is no memory, and even the same object that it should log. That failure is lost. Does not throw.
 */
public record SafeLog(Logger logger) {

    /** Logs a failure. */
    public void error(String message, Throwable thrown) {
        try {
            logger.error(message, thrown);
        } catch (Throwable e) {
            // See above.
        }
    }

    /** Logs a failure of something with a name. */
    public void error(String message, Object name, Throwable thrown) {
        try {
            logger.error(message, name, thrown);
        } catch (Throwable e) {
            // See above.
        }
    }

    /** Logs a detail about something with a name. */
    public void debug(String message, Object name) {
        try {
            logger.debug(message, name);
        } catch (Throwable e) {
            // See above.
        }
    }
}
