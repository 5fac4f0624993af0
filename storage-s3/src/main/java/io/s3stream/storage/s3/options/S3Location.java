package io.s3stream.storage.s3.options;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.support.ObjectKeys;
import io.s3stream.spi.storage.support.StorageUri;
import java.net.URI;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bucket, or the part of it below a prefix, and how to call it: {@code s3://bucket/prefix?region=…}.
 *
 * <p>A bucket whose name ends with {@code --x-s3} is a directory bucket (S3 Express One Zone): the SDK derives its
 * endpoint from the zone in its name. Storage classes of the host do not apply to it, because it has only one.
 *
 * @param bucket must exist
 * @param prefix of all keys; empty, or ends with a slash
 */
public record S3Location(String bucket, String prefix, S3Options options) {

    private static final String DIRECTORY_SUFFIX = "--x-s3";
    private static final Pattern DIRECTORY_BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]*--[a-z0-9-]+--x-s3");
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

    /** Parses a URI that has all options. An {@link InvalidRequestException} names the error in it. */
    public static S3Location parse(URI uri) {
        return parse(uri, bucket -> S3Options.builder().build());
    }

    /**
     * Parses a URI. An {@link InvalidRequestException} names the error in it, or in the host's options.
     *
     * @param optionsOf the options of the host for a bucket, which those of the URI replace
     */
    public static S3Location parse(URI uri, Function<String, S3Options> optionsOf) {
        StorageUri parsed = StorageUri.parse(uri, UriOptions.names());
        String bucket = bucket(uri);
        boolean isDirectory = bucket.endsWith(DIRECTORY_SUFFIX);
        if (isDirectory) {
            checkDirectoryBucket(bucket, parsed);
        }
        S3Options hosts = Objects.requireNonNull(optionsOf.apply(bucket), "options of the host");
        S3Options options = UriOptions.read(parsed, hosts);
        return new S3Location(bucket, prefix(uri), isDirectory ? ofDirectory(bucket, options) : options);
    }

    /** Whether this is a directory bucket of S3 Express One Zone. */
    public boolean isDirectory() {
        return bucket.endsWith(DIRECTORY_SUFFIX);
    }

    private static S3Options ofDirectory(String bucket, S3Options options) {
        if (options.pathStyle()) {
            throw new InvalidRequestException(
                    "bucket=" + bucket + ": pathStyle=true: directory buckets have no such addresses, leave it out");
        }
        S3OptionsBuilder adapted = options.toBuilder().unorderedListing(true);
        adapted.storageClasses = StorageClasses.NONE;
        return adapted.build();
    }

    private static void checkDirectoryBucket(String bucket, StorageUri parsed) {
        String where = "storage URI of bucket=" + bucket + ": ";
        if (!DIRECTORY_BUCKET.matcher(bucket).matches()) {
            throw new InvalidRequestException(
                    where + "this is not the name of a directory bucket: write name--zone--x-s3, as in"
                            + " logs--use1-az4--x-s3");
        }
        if (parsed.option("unorderedListing").filter("false"::equals).isPresent()) {
            throw new InvalidRequestException(
                    where + "unorderedListing=false: directory buckets always list in no order, leave it out");
        }
        for (String name : new String[] {"dataStorageClass", "metaStorageClass", "walStorageClass"}) {
            if (parsed.option(name).isPresent()) {
                throw new InvalidRequestException(where + name + "='"
                        + parsed.option(name).get() + "': directory buckets have one storage class, leave it out");
            }
        }
    }

    private static String bucket(URI uri) {
        @Nullable String authority = uri.getRawAuthority();
        if (authority == null) {
            throw new InvalidRequestException("the storage URI has no bucket: write s3://bucket/prefix");
        }
        if (!BUCKET.matcher(authority).matches()) { // not repeated: it may be a key and a secret
            throw new InvalidRequestException(
                    "the storage URI has no bucket, but "
                            + (authority.indexOf(':') >= 0 ? "a text with a colon" : "another text")
                            + ": write s3://bucket/prefix; a host and port belong into endpoint=…, and credentials into no URI");
        }
        return authority;
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
}
