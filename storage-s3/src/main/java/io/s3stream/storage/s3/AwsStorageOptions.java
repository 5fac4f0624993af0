package io.s3stream.storage.s3;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.support.ObjectKeys;
import io.s3stream.spi.storage.support.StorageUri;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The address of a bucket and how to call it: {@code s3://bucket/prefix?region=…&endpoint=…&pathStyle=true}.
 *
 * <p>A bucket whose name ends with {@code --x-s3} is a directory bucket (S3 Express One Zone): the SDK derives its
 * endpoint from the zone in its name.
 *
 * @param bucket must exist
 * @param prefix of all keys; empty, or ends with a slash
 * @param region empty: from the SDK's default chain, or us-east-1 if an endpoint is given
 * @param endpoint of a store that is not Amazon's, such as {@code http://127.0.0.1:9000}
 * @param pathStyle puts the bucket in the path and not in the host name, which most other stores need and directory
 *     buckets do not have
 * @param unorderedListing the store lists keys in no order, like directory buckets, for which this is always true. Each
 *     listing then reads all keys of the directory.
 * @param unsafeSkipProbe <em>for tests only</em>: opens a store without racing its conditional writes. With a store
 *     whose conditional writes are not atomic, such as S3Mock, two owners of one stream lose data.
 */
public record AwsStorageOptions(
        String bucket,
        String prefix,
        Optional<String> region,
        Optional<URI> endpoint,
        boolean pathStyle,
        boolean unorderedListing,
        boolean unsafeSkipProbe) {

    private static final Set<String> OPTIONS =
            Set.of("region", "endpoint", "pathStyle", "unorderedListing", "unsafeSkipProbe");
    private static final String DIRECTORY_SUFFIX = "--x-s3";
    private static final Pattern DIRECTORY_BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]*--[a-z0-9-]+--x-s3");
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

    /** Parses a URI. An {@link InvalidRequestException} names the error in it. */
    public static AwsStorageOptions parse(URI uri) {
        StorageUri parsed = StorageUri.parse(uri, OPTIONS);
        String bucket = uri.getRawAuthority();
        if (bucket == null) {
            throw new InvalidRequestException("storage URI '" + uri + "' has no bucket: write s3://bucket/prefix");
        }
        if (!BUCKET.matcher(bucket).matches()) {
            throw new InvalidRequestException("storage URI '" + uri + "': bucket='" + bucket
                    + "' is not the name of a bucket; a host and port belong into endpoint=…");
        }
        boolean directory = bucket.endsWith(DIRECTORY_SUFFIX);
        if (directory) {
            checkDirectoryBucket(uri, bucket, parsed);
        }
        return new AwsStorageOptions(
                bucket,
                prefix(uri),
                parsed.option("region"),
                parsed.option("endpoint").map(AwsStorageOptions::endpoint),
                parsed.flag("pathStyle"),
                directory || parsed.flag("unorderedListing"),
                parsed.flag("unsafeSkipProbe"));
    }

    private static void checkDirectoryBucket(URI uri, String bucket, StorageUri parsed) {
        if (!DIRECTORY_BUCKET.matcher(bucket).matches()) {
            throw new InvalidRequestException("storage URI '" + uri + "': bucket='" + bucket
                    + "' is not the name of a directory bucket: write name--zone--x-s3, as in logs--use1-az4--x-s3");
        }
        if (parsed.flag("pathStyle")) {
            throw new InvalidRequestException("storage URI '" + uri
                    + "': pathStyle=true: directory buckets have no such addresses, leave it out");
        }
        if (parsed.option("unorderedListing").isPresent() && !parsed.flag("unorderedListing")) {
            throw new InvalidRequestException("storage URI '" + uri
                    + "': unorderedListing=false: directory buckets always list in no order, leave it out");
        }
    }

    private static String prefix(URI uri) {
        String path = uri.getRawPath();
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (to > from && path.charAt(to - 1) == '/') {
            to--;
        }
        return from == to ? "" : ObjectKeys.checkPrefix(path.substring(from, to) + "/");
    }

    private static URI endpoint(String value) {
        URI endpoint;
        try {
            endpoint = URI.create(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("endpoint is not a URI: write endpoint=https://host:port", e);
        }
        if (endpoint.getRawUserInfo() != null) {
            throw new InvalidRequestException("endpoint has user information: credentials do not belong in a URI");
        }
        boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!http || endpoint.getHost() == null) {
            throw new InvalidRequestException("endpoint='" + value
                    + "' has no scheme http or https, or no host: write endpoint=https://host:port");
        }
        return endpoint;
    }
}
