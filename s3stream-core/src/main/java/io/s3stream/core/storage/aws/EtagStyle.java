package io.s3stream.core.storage.aws;

/** How a store wants ETags in the conditions of a PUT. Versions are ETags without quotes. */
enum EtagStyle {
    /** As RFC 9110 has it. */
    QUOTED,
    /** Ceph RGW 16.2 compares the header with the bare ETag. */
    UNQUOTED;

    String header(String version) {
        return this == QUOTED ? '"' + version + '"' : version;
    }

    static String version(String etag) {
        boolean quoted = etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"");
        return quoted ? etag.substring(1, etag.length() - 1) : etag;
    }
}
