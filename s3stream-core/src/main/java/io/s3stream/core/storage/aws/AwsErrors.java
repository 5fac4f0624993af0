package io.s3stream.core.storage.aws;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Turns the exceptions of the SDK into those of the library, and tells answers from failures. */
final class AwsErrors {

    private static final int NOT_MODIFIED = 304;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    /** Refusals that pass: the clock is set, the credentials are renewed. */
    private static final Set<String> PASSING = Set.of("RequestTimeTooSkewed", "ExpiredToken", "TokenRefreshRequired");

    private AwsErrors() {}

    static StreamException translate(Throwable error, String operation, String key, String bucket) {
        StreamException own = find(error, StreamException.class);
        if (own != null) {
            return own;
        }
        String what = operation + " object=" + key + " in bucket=" + bucket;
        AwsServiceException answer = find(error, AwsServiceException.class);
        if (answer == null) {
            return new StorageException(what + " got no answer: " + rootMessage(error), error);
        }
        String code = code(answer);
        if (code.equals("NoSuchBucket")) {
            return new InvalidRequestException(
                    what + ": there is no such bucket; create bucket=" + bucket + " or correct the URI", error);
        }
        if (code.equals("NoSuchKey")) {
            return new StreamException(
                    StreamException.Kind.NOT_FOUND,
                    what + ": there is no such object (" + answer.getMessage() + ")",
                    error);
        }
        if (answer.statusCode() == FORBIDDEN && !PASSING.contains(code)) {
            return new InvalidRequestException(
                    "no permission for " + what + ": check credentials and the policy of the bucket (" + code + ")",
                    error);
        }
        if (answer.statusCode() == RANGE_NOT_SATISFIABLE || code.equals("InvalidRange")) {
            return new InvalidRequestException(what + ": the range begins past the end of the object", error);
        }
        if (answer.statusCode() / 100 == 3) {
            return new InvalidRequestException(
                    what + ": the bucket is elsewhere, set region or endpoint (" + answer.getMessage() + ")", error);
        }
        return new StorageException(
                what + " failed: " + answer.statusCode() + " " + code + ", " + answer.getMessage(), error);
    }

    /** Whether the answer was that there is no such object, in a bucket that exists. */
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
        return hasStatus(error, RANGE_NOT_SATISFIABLE);
    }

    static boolean isNoSuchUpload(Throwable error) {
        AwsServiceException answer = find(error, AwsServiceException.class);
        return answer != null && code(answer).equals("NoSuchUpload");
    }

    /** Whether the store does not know what it was asked for: 400, 405, 501. */
    static boolean isUnsupported(Throwable error) {
        return hasStatus(error, 400) || hasStatus(error, 405) || hasStatus(error, 501);
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
