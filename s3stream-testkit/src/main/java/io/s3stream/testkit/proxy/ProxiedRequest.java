package io.s3stream.testkit.proxy;

import java.util.Locale;

/**
 * A request, as a fault plan sees it.
 *
 * @param path with the bucket, without the query
 * @param query as sent; empty if there is none
 * @param isConditional whether it has {@code If-Match} or {@code If-None-Match}
 * @param isRanged whether it has {@code Range}
 * @param isCopy whether it has {@code x-amz-copy-source}
 */
public record ProxiedRequest(
        String method,
        String path,
        String query,
        boolean isConditional,
        boolean isRanged,
        boolean isCopy,
        long bodyBytes) {

    /** Bodies up to this size are kept, so that they can be sent twice. */
    static final long MAX_KEPT_BYTES = 16L << 20;

    static ProxiedRequest of(HttpHead head) {
        String[] line = head.startLine().split(" ", 3);
        String[] target = line[1].split("\\?", 2);
        return new ProxiedRequest(
                line[0].toUpperCase(Locale.ROOT),
                target[0],
                target.length < 2 ? "" : target[1],
                head.first("if-match") != null || head.first("if-none-match") != null,
                head.first("range") != null,
                head.first("x-amz-copy-source") != null,
                Math.max(0, head.contentLength()));
    }

    public boolean isHead() {
        return method.equals("HEAD");
    }

    /** Returns whether this asks for a page of a listing of objects. */
    public boolean isListing() {
        return method.equals("GET") && has("list-type");
    }

    /** Returns whether this is a GET of an object, or of a part of it. */
    public boolean isObjectRead() {
        return method.equals("GET") && query.isEmpty();
    }

    public boolean isRangedRead() {
        return isObjectRead() && isRanged;
    }

    /** Returns whether this is a PUT of a whole object, of a part, or of a copied part. */
    public boolean isObjectWrite() {
        return method.equals("PUT");
    }

    public boolean isConditionalWrite() {
        return isObjectWrite() && isConditional;
    }

    public boolean isBulkDelete() {
        return method.equals("POST") && has("delete");
    }

    /** Returns whether S3 sends the headers of the response before it knows the outcome of the request. */
    public boolean mayFailIn200() {
        return (method.equals("POST") && has("uploadId")) || (isObjectWrite() && isCopy);
    }

    private boolean has(String parameter) {
        for (String part : query.split("&")) {
            if (part.equals(parameter) || part.startsWith(parameter + "=")) {
                return true;
            }
        }
        return false;
    }
}
