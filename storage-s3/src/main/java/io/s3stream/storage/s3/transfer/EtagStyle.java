package io.s3stream.storage.s3.transfer;

import org.jspecify.annotations.Nullable;

/** The store's format of ETags in the conditions of a PUT. Versions are ETags without quotes. */
public enum EtagStyle {
    /** According to RFC 9110. */
    QUOTED,
    /** Ceph RGW 16.2 compares the header with the bare ETag. */
    UNQUOTED;

    public String header(String version) {
        return this == QUOTED ? '"' + version + '"' : version;
    }

    /** @return empty if the answer had no ETag: then no condition may name the version */
    public static String version(@Nullable String etag) {
        if (etag == null) {
            return "";
        }
        boolean quoted = etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"");
        return quoted ? etag.substring(1, etag.length() - 1) : etag;
    }
}
