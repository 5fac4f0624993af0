package io.s3stream.storage.s3;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Turns the exceptions of the SDK into those of the library, and separates answers from failures. */
final class AwsErrors {

    private static final int NOT_MODIFIED = 304;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int NOT_IMPLEMENTED = 501;

    private AwsErrors() {}

    /**
     * Returns the failure as callers see it: with operation, object, bucket, status, code, request id and remedy.
     *
     * @param isProven whether the same use was allowed before, so that a refusal is expected to pass
     */
    static StreamException translate(Throwable error, Place what, boolean isProven) {
        StreamException own = find(error, StreamException.class);
        if (own != null) {
            return own;
        }
        AwsServiceException answer = find(error, AwsServiceException.class);
        if (answer == null) {
            String explained = NoAnswer.explain(error, what);
            return NoAnswer.isWithoutCredentials(error)
                    ? refused(explained, error, isProven)
                    : new StorageException(explained, error);
        }
        String told = what + ": " + told(answer);
        String remedy = Remedies.of(answer, code(answer), what);
        if (remedy != null) {
            return refused(told + ": " + remedy, error, isProven);
        }
        if (code(answer).equals("NoSuchKey") && what.use() != Use.WRITE) {
            return new StreamException(StreamException.Kind.NOT_FOUND, told + ": there is no such object", error);
        }
        if (isPastTheEnd(answer) && what.use() == Use.READ) {
            return new InvalidRequestException(told + ": the range begins past the end of the object", error);
        }
        return new StorageException(told, error);
    }

    private static StreamException refused(String message, Throwable error, boolean isProven) {
        return isProven
                ? new StorageException(message + "; it was allowed before", error)
                : new InvalidRequestException(message, error);
    }

    /** Returns status, code, request id and message of an answer. */
    private static String told(AwsServiceException answer) {
        String code = code(answer);
        String message = answer.awsErrorDetails() == null
                ? answer.getMessage()
                : answer.awsErrorDetails().errorMessage();
        return answer.statusCode()
                + (code.isEmpty() ? "" : " " + code)
                + (answer.requestId() == null ? "" : " requestId=" + answer.requestId())
                + (message == null || message.isEmpty() ? "" : " (" + message + ")");
    }

    /**
     * Returns whether the answer counts only when it is repeated: refusals, and claims that the request is wrong. The
     * SDK itself retries failures that the server admits.
     */
    static boolean isOdd(Throwable error) {
        AwsServiceException answer = find(error, AwsServiceException.class);
        if (answer == null) {
            return NoAnswer.isWithoutCredentials(error);
        }
        int status = answer.statusCode();
        return status == BAD_REQUEST
                || status == UNAUTHORIZED
                || status == FORBIDDEN
                || (status / 100 == 3 && status != NOT_MODIFIED)
                || code(answer).equals("NoSuchBucket");
    }

    /** Returns whether the answer was that there is no such object, in a bucket that exists. */
    static boolean isMissing(Throwable error) {
        AwsServiceException answer = find(error, AwsServiceException.class);
        return answer != null
                && answer.statusCode() == NOT_FOUND
                && !code(answer).equals("NoSuchBucket");
    }

    static boolean isPreconditionFailed(Throwable error) {
        return hasStatus(error, PRECONDITION_FAILED);
    }

    static boolean isNotModified(Throwable error) {
        return hasStatus(error, NOT_MODIFIED);
    }

    static boolean isPastTheEnd(Throwable error) {
        AwsServiceException answer = find(error, AwsServiceException.class);
        return answer != null
                && (answer.statusCode() == RANGE_NOT_SATISFIABLE || code(answer).equals("InvalidRange"));
    }

    static boolean isNoSuchUpload(Throwable error) {
        AwsServiceException answer = find(error, AwsServiceException.class);
        return answer != null && code(answer).equals("NoSuchUpload");
    }

    /** Returns whether the store does not know the requested operation. */
    static boolean isUnsupported(Throwable error) {
        return hasStatus(error, BAD_REQUEST)
                || hasStatus(error, NOT_FOUND)
                || hasStatus(error, NOT_ALLOWED)
                || hasStatus(error, NOT_IMPLEMENTED);
    }

    private static boolean hasStatus(Throwable error, int status) {
        AwsServiceException answer = find(error, AwsServiceException.class);
        return answer != null && answer.statusCode() == status;
    }

    private static String code(AwsServiceException answer) {
        String code = answer.awsErrorDetails() == null
                ? null
                : answer.awsErrorDetails().errorCode();
        return code == null ? "" : code;
    }

    private static <T extends Throwable> @Nullable T find(Throwable error, Class<T> type) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
        }
        return null;
    }
}
