package io.s3stream.testkit.proxy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Divides pages of listings. The proxy keeps the rest of a divided page, and returns it for the token that the page
 * contains. The server behind does not know these tokens. Thread-safe; owns the kept pages.
 */
final class ListingPages {

    private static final int MAX_KEPT = 1000;
    private static final Pattern TOKEN = Pattern.compile("(?:^|&)continuation-token=(fault-proxy-\\d+)(?:&|$)");
    private static final Pattern CONTENTS = Pattern.compile("<Contents>.*?</Contents>", Pattern.DOTALL);
    private static final Pattern END =
            Pattern.compile("<IsTruncated>[^<]*</IsTruncated>|<NextContinuationToken>[^<]*</NextContinuationToken>");

    private final Map<String, byte[]> kept = new LinkedHashMap<>(); // guarded by this
    private int tokens; // guarded by this

    /** Returns the kept page that a request's token names, or null. */
    synchronized byte @Nullable [] named(ProxiedRequest request) {
        Matcher token = TOKEN.matcher(request.query());
        return token.find() ? kept.get(token.group(1)) : null;
    }

    /** Returns an empty page, with a token for the whole page. */
    byte[] empty(byte[] page) {
        String text = new String(page, StandardCharsets.UTF_8);
        return truncated(CONTENTS.matcher(text).replaceAll(""), keep(page));
    }

    /** Returns a page with the first key only, and a token for the other keys. */
    byte[] oneKey(byte[] page) {
        String text = new String(page, StandardCharsets.UTF_8);
        Matcher first = CONTENTS.matcher(text);
        if (!first.find() || !first.find(first.end())) {
            return page;
        }
        first.find(0);
        String rest = text.substring(0, first.start()) + text.substring(first.end());
        String without = CONTENTS.matcher(rest).replaceAll("");
        String one = without.substring(0, first.start()) + first.group() + without.substring(first.start());
        return truncated(one, keep(rest.getBytes(StandardCharsets.UTF_8)));
    }

    private synchronized String keep(byte[] page) {
        String token = "fault-proxy-" + tokens++;
        kept.put(token, page);
        if (kept.size() > MAX_KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        return token;
    }

    private static byte[] truncated(String page, String token) {
        String bare = END.matcher(page).replaceAll("");
        int end = bare.lastIndexOf("</ListBucketResult>");
        if (end < 0) {
            return page.getBytes(StandardCharsets.UTF_8);
        }
        String all = bare.substring(0, end) + "<IsTruncated>true</IsTruncated><NextContinuationToken>" + token
                + "</NextContinuationToken>" + bare.substring(end);
        return all.getBytes(StandardCharsets.UTF_8);
    }
}
