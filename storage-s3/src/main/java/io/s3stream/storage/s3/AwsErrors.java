package io.s3stream.storage.s3;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import java.util.Set;
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
    private static final String CLOCK = "RequestTimeTooSkewed";
    private static final Set<String> CREDENTIALS =
            Set.of("ExpiredToken", "TokenRefreshRequired", "InvalidToken", "ExpiredTokenException");

    private AwsErrors() {}

    /** The operation, for messages. */
    record Place(Use use, String operation, String key, String bucket) {

        @Override
        public String toString() {
            return operation + " object=" + key + " in bucket=" + bucket;
        }
    }

    /**
     * Returns the failure as callers see it.
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
            return new StorageException(what + " got no answer: " + rootMessage(error), error);
        }
        String refusal = refusal(answer, what);
        if (refusal != null) {
            return isProven
                    ? new StorageException(refusal + "; it was allowed before", error)
                    : new InvalidRequestException(refusal, error);
        }
        if (code(answer).equals("NoSuchKey") && what.use() != Use.WRITE) {
            return new StreamException(
                    StreamException.Kind.NOT_FOUND,
                    what + ": there is no such object (" + answer.getMessage() + ")",
                    error);
        }
        if (isPastTheEnd(answer) && what.use() == Use.READ) {
            return new InvalidRequestException(what + ": the range begins past the end of the object", error);
        }
        return new StorageException(
                what + " failed: " + answer.statusCode() + " " + code(answer) + ", " + answer.getMessage(), error);
    }

    /** Returns the correction that the operator must make if the refusal lasts; null if the answer is no refusal. */
    private static @Nullable String refusal(AwsServiceException answer, Place what) {
        String code = code(answer);
        int status = answer.statusCode();
        if (code.equals("NoSuchBucket")) {
            return what + ": there is no such bucket; create bucket=" + what.bucket() + " or correct the URI";
        }
        if (code.equals(CLOCK)) {
            return what + " was refused because of the clock of this host: set the clock (" + code + ")";
        }
        if (CREDENTIALS.contains(code)) {
            return "no permission for " + what + ": the credentials have expired, renew them (" + code + ")";
        }
        if (status == FORBIDDEN || status == UNAUTHORIZED) {
            return "no permission for " + what + ": check credentials and the policy of the bucket (" + code + ")";
        }
        return status / 100 == 3 && status != NOT_MODIFIED
                ? what + ": the bucket is elsewhere, set region or endpoint (" + answer.getMessage() + ")"
                : null;
    }

    /**
     * Returns whether the answer counts only when it is repeated: refusals, and claims that the request is wrong. The
     * SDK itself retries failures that the server admits.
     */
    static boolean isOdd(Throwable error) {
        AwsServiceException answer = find(error, AwsServiceException.class);
        if (answer == null) {
            return false;
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

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
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
