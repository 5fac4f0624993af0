package io.s3stream.kafka.protocol;

import io.s3stream.api.errors.AlreadyExistsException;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.ChangeRefusedException;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.protocol.Errors;

/** The protocol's errors for the errors of the store. */
public final class StoreErrors {

    private StoreErrors() {}

    /** The error that a client acts on best: a client looks for the leader again, or retries, where that helps. */
    public static Errors of(Throwable error) {
        Throwable cause = cause(error);
        if (cause instanceof OffsetOutOfRangeException) {
            return Errors.OFFSET_OUT_OF_RANGE;
        }
        if (cause instanceof FencedException
                || cause instanceof StoreClosedException
                || cause instanceof AppendFailedException
                || cause instanceof StreamOpenElsewhereException) {
            return Errors.NOT_LEADER_OR_FOLLOWER;
        }
        if (cause instanceof StoreBusyException) {
            return Errors.REQUEST_TIMED_OUT;
        }
        if (cause instanceof StreamNotFoundException) {
            return Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (cause instanceof AlreadyExistsException) {
            return Errors.TOPIC_ALREADY_EXISTS;
        }
        if (cause instanceof ConflictException) {
            return Errors.CONCURRENT_TRANSACTIONS;
        }
        if (cause instanceof InvalidRequestException) {
            return Errors.INVALID_REQUEST;
        }
        if (cause instanceof CorruptedDataException) {
            return Errors.CORRUPT_MESSAGE;
        }
        if (cause instanceof StorageException) {
            return Errors.KAFKA_STORAGE_ERROR;
        }
        return Errors.forException(cause);
    }

    /** As {@link #of}, for a read: Kafka's consumer retries after some errors only, and fails after all others. */
    static Errors ofRead(Throwable error) {
        Errors mapped = of(error);
        return switch (mapped) {
            case OFFSET_OUT_OF_RANGE, NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION, CORRUPT_MESSAGE -> mapped;
            default -> Errors.KAFKA_STORAGE_ERROR;
        };
    }

    /** As {@link #of}, for a change of a topic: after a conflict with another broker the client tries again. */
    public static Errors ofChange(Throwable error) {
        return cause(error) instanceof ConflictException ? Errors.REQUEST_TIMED_OUT : of(error);
    }

    /** The message for the client, without the wrapping of futures. */
    public static String message(Throwable error) {
        Throwable cause = cause(error);
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static Throwable cause(Throwable error) {
        Throwable cause = error;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        Throwable reason = cause instanceof ChangeRefusedException ? cause.getCause() : null;
        return reason == null ? cause : reason;
    }
}
