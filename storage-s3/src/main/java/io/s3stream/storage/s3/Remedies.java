package io.s3stream.storage.s3;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** The correction that an operator must make when a store refuses a request. Stateless. */
final class Remedies {

    private static final int MOVED_PERMANENTLY = 301;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_MODIFIED = 304;
    private static final Set<String> EXPIRED =
            Set.of("ExpiredToken", "TokenRefreshRequired", "InvalidToken", "ExpiredTokenException");
    private static final Set<String> WRONG_REGION =
            Set.of("AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect");

    private Remedies() {}

    /** Returns the remedy of a refusal; null if the answer is no refusal. */
    static @Nullable String of(AwsServiceException answer, String code, Place what) {
        int status = answer.statusCode();
        if (code.equals("NoSuchBucket")) {
            return "there is no such bucket; create bucket=" + what.bucket() + " or correct the URI";
        }
        if (code.equals("RequestTimeTooSkewed")) {
            return "the clock of this host differs from that of the store; set the clock";
        }
        if (EXPIRED.contains(code)) {
            return "no permission: the credentials have expired; renew them";
        }
        if (WRONG_REGION.contains(code) || (status / 100 == 3 && status != NOT_MODIFIED)) {
            return elsewhere(answer, status);
        }
        if (status != FORBIDDEN && status != UNAUTHORIZED) {
            return null;
        }
        return "no permission: "
                + switch (code) {
                    case "InvalidAccessKeyId" ->
                        "the store does not know the access key; correct the credentials, or the endpoint";
                    case "SignatureDoesNotMatch" ->
                        "the signature is wrong; correct the secret key, or the proxy that changes requests";
                    default -> "allow " + permission(what) + hints(what);
                };
    }

    private static String elsewhere(AwsServiceException answer, int status) {
        String region =
                answer.awsErrorDetails() == null || answer.awsErrorDetails().sdkHttpResponse() == null
                        ? null
                        : answer.awsErrorDetails()
                                .sdkHttpResponse()
                                .firstMatchingHeader("x-amz-bucket-region")
                                .orElse(null);
        if (region != null) {
            return "the bucket is elsewhere; set region=" + region;
        }
        return "the bucket is elsewhere; set the region of the bucket"
                + (status == MOVED_PERMANENTLY ? "" : ", or the endpoint");
    }

    private static String permission(Place what) {
        String bucket = "arn:aws:s3:::" + what.bucket();
        String objects = bucket + "/" + what.address().prefix() + "*";
        return switch (what.operationName()) {
            case "GetObject", "HeadObject" ->
                "s3:GetObject on " + objects + ", and s3:ListBucket on " + bucket
                        + ", because a missing key is answered by 403 without it";
            case "ListObjectsV2" -> "s3:ListBucket on " + bucket;
            case "ListMultipartUploads" -> "s3:ListBucketMultipartUploads on " + bucket;
            case "DeleteObjects" -> "s3:DeleteObject on " + objects;
            case "AbortMultipartUpload" -> "s3:AbortMultipartUpload on " + objects;
            case "UploadPartCopy" -> "s3:GetObject and s3:PutObject on " + objects;
            default -> "s3:PutObject on " + objects;
        };
    }

    private static String hints(Place what) {
        StringBuilder hints = new StringBuilder();
        if (what.bucket().endsWith("--x-s3")) {
            hints.append("; a directory bucket needs s3express:CreateSession instead");
        }
        if (what.address().options().kmsKeyId().isPresent()) {
            hints.append("; its key needs kms:GenerateDataKey to write and kms:Decrypt to read");
        }
        return hints.toString();
    }
}
