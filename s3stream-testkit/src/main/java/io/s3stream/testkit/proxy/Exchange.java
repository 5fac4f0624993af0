package io.s3stream.testkit.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request and its response, with at most one fault. Used by the thread of its connection. */
final class Exchange {

    /** The fate of the connection after the exchange. */
    enum Next {
        KEEP,
        CLOSE,
        RESET
    }

    private static final long LATE_MILLIS = 1500;
    private static final int SLOW_PIECES = 20;
    private static final long SLOW_PAUSE_MILLIS = 40;
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

    private final Upstream upstream;
    private final ListingPages pages;
    private final ProxiedRequest request;
    private final HttpHead head;
    private final HttpBody body;
    private final OutputStream out;

    Exchange(
            Upstream upstream,
            ListingPages pages,
            ProxiedRequest request,
            HttpHead head,
            InputStream in,
            OutputStream out)
            throws IOException {
        this.upstream = upstream;
        this.pages = pages;
        this.request = request;
        this.head = head;
        this.body = HttpBody.after(head, in);
        this.out = out;
    }

    Next run(@Nullable Fault fault) throws IOException {
        byte[] page = pages.named(request);
        if (page != null) {
            body.drain();
            return answer(HttpAnswer.xml(200, new String(page, StandardCharsets.UTF_8)));
        }
        if (fault == null) {
            return answer(upstream.exchange(head, body));
        }
        HttpAnswer refusal = refusal(fault);
        if (refusal != null) {
            body.drain();
            return answer(refusal);
        }
        if (fault == Fault.LOST_REQUEST) {
            return Next.RESET;
        }
        return executed(fault);
    }

    private static @Nullable HttpAnswer refusal(Fault fault) {
        return switch (fault) {
            case UNAVAILABLE -> HttpAnswer.error(503, "SlowDown");
            case NOT_FOUND, CONDITION_NOT_FOUND -> HttpAnswer.error(404, "NoSuchKey");
            case CLOCK_SKEW -> HttpAnswer.error(403, "RequestTimeTooSkewed");
            case EXPIRED_TOKEN -> HttpAnswer.error(400, "ExpiredToken");
            case ACCESS_DENIED -> HttpAnswer.error(403, "AccessDenied");
            case REDIRECT -> HttpAnswer.error(307, "TemporaryRedirect");
            case ERROR_IN_200 -> HttpAnswer.error(200, "InternalError");
            case CONDITION_BAD_REQUEST -> HttpAnswer.error(400, "InvalidRequest");
            case CONDITION_CONFLICT -> HttpAnswer.error(409, "ConditionalRequestConflict");
            default -> null;
        };
    }

    private Next executed(Fault fault) throws IOException {
        if (fault == Fault.DUPLICATED) {
            byte[] kept = body.all();
            upstream.exchange(head, HttpBody.of(kept)).body().drain();
            return answer(upstream.exchange(head, HttpBody.of(kept)));
        }
        if (fault == Fault.KEY_ERROR) {
            byte[] kept = body.all();
            upstream.exchange(head, HttpBody.of(kept)).body().drain();
            return answer(firstKeyFailed(new String(kept, StandardCharsets.UTF_8)));
        }
        HttpAnswer answered = upstream.exchange(head, body);
        boolean isGood = answered.head().status() / 100 == 2;
        switch (fault) {
            case LOST_ANSWER -> {
                answered.body().drain();
                return Next.CLOSE;
            }
            case EXECUTED_THEN_500 -> {
                answered.body().drain();
                return answer(HttpAnswer.error(500, "InternalError"));
            }
            case LATE_ANSWER -> Pauses.millis(LATE_MILLIS);
            case ONE_KEY_PAGE, EMPTY_PAGE -> {
                if (isGood) {
                    byte[] page = answered.body().all();
                    return answer(
                            answered.withBody(fault == Fault.EMPTY_PAGE ? pages.empty(page) : pages.oneKey(page)));
                }
            }
            case NO_ETAG -> answered.head().remove("etag");
            case NO_RANGE -> answered.head().remove("content-range");
            case RANGE_WITHOUT_SIZE -> {
                String range = answered.head().first("content-range");
                if (range != null) {
                    answered.head().set("Content-Range", range.replaceFirst("/.*", "/*"));
                }
            }
            case DUPLICATE_HEADERS -> {
                answered.head().repeat("etag");
                answered.head().repeat("content-range");
            }
            default -> {
                if (isGood || fault == Fault.RESET) {
                    return damaged(fault, answered);
                }
            }
        }
        return answer(answered);
    }

    /** Responds with a faulty body. */
    private Next damaged(Fault fault, HttpAnswer answered) throws IOException {
        long length = request.isHead() ? 0 : answered.body().length();
        switch (fault) {
            case RESET, TRUNCATED_BODY -> {
                out.write(answered.head().bytes());
                answered.body().copyTo(out, length / 2);
                out.flush();
                return fault == Fault.RESET ? Next.RESET : Next.CLOSE;
            }
            case SHORT_BODY -> {
                byte[] all = answered.body().all();
                return answer(answered.withBody(Arrays.copyOf(all, all.length / 2)));
            }
            case EMPTY_BODY -> {
                answered.body().drain();
                return answer(answered.withBody(new byte[0]));
            }
            case FLIPPED_BODY -> {
                out.write(answered.head().bytes());
                answered.body().copyFlipped(out, length / 2);
                out.flush();
            }
            case SLOW_BODY -> {
                out.write(answered.head().bytes());
                answered.body().copySlowly(out, SLOW_PIECES, SLOW_PAUSE_MILLIS);
            }
            default -> throw new IllegalStateException("cannot make fault " + fault);
        }
        return next(answered);
    }

    private static HttpAnswer firstKeyFailed(String keys) {
        Matcher key = KEY.matcher(keys);
        String error = key.find()
                ? "<Error><Key>" + key.group(1)
                        + "</Key><Code>InternalError</Code><Message>made by the fault proxy</Message></Error>"
                : "";
        return HttpAnswer.xml(200, "<DeleteResult>" + error + "</DeleteResult>");
    }

    private Next answer(HttpAnswer answered) throws IOException {
        answered.writeTo(out, request.isHead());
        return next(answered);
    }

    private Next next(HttpAnswer answered) {
        return answered.head().closes() || head.closes() ? Next.CLOSE : Next.KEEP;
    }
}
