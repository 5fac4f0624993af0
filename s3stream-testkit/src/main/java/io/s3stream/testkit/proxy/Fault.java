package io.s3stream.testkit.proxy;

import java.util.function.Predicate;

/** A fault of an S3 server or of the network before it. */
public enum Fault {
    /** 503 SlowDown; the request is not executed. */
    UNAVAILABLE(request -> true),
    /** The connection is reset; the request is not executed. */
    LOST_REQUEST(request -> true),
    /** The request is executed; the connection is closed without a response. */
    LOST_ANSWER(request -> true),
    /** The request is executed; the response arrives seconds later. */
    LATE_ANSWER(request -> true),
    /** The request is executed; the response is 500 InternalError. */
    EXECUTED_THEN_500(request -> true),
    /** The request is executed twice; the response is that to the second execution. */
    DUPLICATED(request -> request.bodyBytes() <= ProxiedRequest.MAX_KEPT_BYTES),
    /** The connection is reset within the response. */
    RESET(request -> true),
    /** The connection is closed within the body of the response. */
    TRUNCATED_BODY(ProxiedRequest::isObjectRead),
    /** A bit of the body is flipped. */
    FLIPPED_BODY(ProxiedRequest::isObjectRead),
    /** The body is shorter than the object, and the headers agree with the body. */
    SHORT_BODY(ProxiedRequest::isObjectRead),
    /** The body is empty, and the headers agree with the body. */
    EMPTY_BODY(ProxiedRequest::isObjectRead),
    /** The body arrives in small pieces. */
    SLOW_BODY(ProxiedRequest::isObjectRead),
    /** 404 NoSuchKey for an object that may exist. */
    NOT_FOUND(request -> request.isObjectRead() || request.isHead()),
    /** A page of one key that announces further pages. */
    ONE_KEY_PAGE(ProxiedRequest::isListing),
    /** A page without keys that announces further pages, with a token for the next one. */
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
    /** The response has no ETag. */
    NO_ETAG(request -> request.isObjectWrite() || request.isObjectRead() || request.isHead()),
    /** 200 with an error document; the request is not executed. */
    ERROR_IN_200(ProxiedRequest::mayFailIn200),
    /** 404 for a conditional write, which is not executed. */
    CONDITION_NOT_FOUND(ProxiedRequest::isConditionalWrite),
    /** 400 for a conditional write, which is not executed. */
    CONDITION_BAD_REQUEST(ProxiedRequest::isConditionalWrite),
    /** 409 ConditionalRequestConflict for a conditional write, which is not executed. */
    CONDITION_CONFLICT(ProxiedRequest::isConditionalWrite),
    /** {@code Content-Range} does not contain the size of the object. */
    RANGE_WITHOUT_SIZE(ProxiedRequest::isRangedRead),
    /** 206 without {@code Content-Range}. */
    NO_RANGE(ProxiedRequest::isRangedRead),
    /** The response contains ETag and Content-Range twice. */
    DUPLICATE_HEADERS(request -> request.isObjectRead() || request.isObjectWrite());

    @SuppressWarnings("ImmutableEnumChecker") // a pure function
    private final Predicate<ProxiedRequest> applies;

    Fault(Predicate<ProxiedRequest> applies) {
        this.applies = applies;
    }

    /** Returns whether this fault can be applied to {@code request}. */
    public boolean appliesTo(ProxiedRequest request) {
        return applies.test(request);
    }
}
