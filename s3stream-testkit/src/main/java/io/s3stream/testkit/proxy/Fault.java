package io.s3stream.testkit.proxy;

import java.util.function.Predicate;

/** A fault of an S3 server or of the network before it. */
public enum Fault {
    /** 503 SlowDown; the request is not executed. */
    UNAVAILABLE(request -> true),
    /** The connection is reset; the request is not executed. */
    LOST_REQUEST(request -> true),
    /** The request is executed; the connection is closed without an answer. */
    LOST_ANSWER(request -> true),
    /** The request is executed; the answer arrives seconds later. */
    LATE_ANSWER(request -> true),
    /** The request is executed; the answer is 500 InternalError. */
    EXECUTED_THEN_500(request -> true),
    /** The request is executed twice; the answer is that to the second execution. */
    DUPLICATED(request -> request.bodyBytes() <= ProxiedRequest.MAX_KEPT_BYTES),
    /** The connection is reset within the answer. */
    RESET(request -> true),
    /** The connection is closed within the body of the answer. */
    TRUNCATED_BODY(ProxiedRequest::isObjectRead),
    /** One bit of the body is flipped. */
    FLIPPED_BODY(ProxiedRequest::isObjectRead),
    /** The body is shorter than the object, and the headers agree with the body. */
    SHORT_BODY(ProxiedRequest::isObjectRead),
    /** The body is empty, and the headers agree with the body. */
    EMPTY_BODY(ProxiedRequest::isObjectRead),
    /** The body arrives in small pieces. */
    SLOW_BODY(ProxiedRequest::isObjectRead),
    /** 404 NoSuchKey for an object that may be there. */
    NOT_FOUND(request -> request.isObjectRead() || request.isHead()),
    /** A page of one key that says that more follow. */
    ONE_KEY_PAGE(ProxiedRequest::isListing),
    /** A page of no keys that says that more follow, with a token for the next page. */
    EMPTY_PAGE(ProxiedRequest::isListing),
    /** A deletion of many keys is executed, and an error is reported for the first key. */
    KEY_ERROR(ProxiedRequest::isBulkDelete),
    /** 403 RequestTimeTooSkewed. */
    CLOCK_SKEW(request -> true),
    /** 400 ExpiredToken. */
    EXPIRED_TOKEN(request -> true),
    /** 403 AccessDenied. */
    ACCESS_DENIED(request -> true),
    /** 307 TemporaryRedirect to nowhere. */
    REDIRECT(request -> true),
    /** The answer has no ETag. */
    NO_ETAG(request -> request.isObjectWrite() || request.isObjectRead() || request.isHead()),
    /** 200 with an error document; the request is not executed. */
    ERROR_IN_200(ProxiedRequest::mayFailIn200),
    /** 404 for a conditional write, which is not executed. */
    CONDITION_NOT_FOUND(ProxiedRequest::isConditionalWrite),
    /** 400 for a conditional write, which is not executed. */
    CONDITION_BAD_REQUEST(ProxiedRequest::isConditionalWrite),
    /** 409 ConditionalRequestConflict for a conditional write, which is not executed. */
    CONDITION_CONFLICT(ProxiedRequest::isConditionalWrite),
    /** {@code Content-Range} does not tell the size of the object. */
    RANGE_WITHOUT_SIZE(ProxiedRequest::isRangedRead),
    /** 206 without {@code Content-Range}. */
    NO_RANGE(ProxiedRequest::isRangedRead),
    /** ETag and Content-Range are given twice. */
    DUPLICATE_HEADERS(request -> request.isObjectRead() || request.isObjectWrite());

    @SuppressWarnings("ImmutableEnumChecker") // a pure function
    private final Predicate<ProxiedRequest> applies;

    Fault(Predicate<ProxiedRequest> applies) {
        this.applies = applies;
    }

    /** Whether this fault can be made of an answer to {@code request}. */
    public boolean appliesTo(ProxiedRequest request) {
        return applies.test(request);
    }
}
