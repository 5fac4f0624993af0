package io.s3stream.storage.s3.options;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Collects the options of an S3 client. Each method replaces an earlier value, and throws {@link
 * InvalidRequestException}, naming option, value and remedy, if the value is wrong. All options except {@link
 * #credentials}, {@link #client} and {@link #proxyUser} are also options of the URI, with the same names. Not
 * thread-safe.
 */
public final class S3OptionsBuilder {

    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final Pattern STORAGE_CLASS = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern KMS_KEY = Pattern.compile("[A-Za-z0-9:/_-]{1,2048}");
    private static final Duration MAX_TIMEOUT = Duration.ofHours(1);
    private static final int MAX_RETRIES = 20;

    @Nullable
    AwsCredentialsProvider credentials;

    @Nullable
    S3AsyncClient client;

    @Nullable
    String region;

    @Nullable
    URI endpoint;

    @Nullable
    Boolean pathStyle;

    @Nullable
    Encryption sse;

    @Nullable
    String kmsKeyId;

    StorageClasses storageClasses = StorageClasses.NONE;

    @Nullable
    Checksums requestChecksums;

    @Nullable
    Checksums responseChecksums;

    @Nullable
    Duration connectTimeout;

    @Nullable
    Duration readTimeout;

    @Nullable
    Duration callTimeout;

    @Nullable
    Integer retries;

    @Nullable
    HttpProxy proxy;

    @Nullable
    Path caFile;

    boolean allowHttp;
    boolean requesterPays;
    boolean fips;
    boolean dualStack;
    boolean unorderedListing;
    boolean unsafeSkipProbe;

    S3OptionsBuilder() {}

    S3OptionsBuilder copy() {
        S3OptionsBuilder copy = new S3OptionsBuilder();
        copy.credentials = credentials;
        copy.client = client;
        copy.region = region;
        copy.endpoint = endpoint;
        copy.pathStyle = pathStyle;
        copy.sse = sse;
        copy.kmsKeyId = kmsKeyId;
        copy.storageClasses = storageClasses;
        copy.requestChecksums = requestChecksums;
        copy.responseChecksums = responseChecksums;
        copy.connectTimeout = connectTimeout;
        copy.readTimeout = readTimeout;
        copy.callTimeout = callTimeout;
        copy.retries = retries;
        copy.proxy = proxy;
        copy.caFile = caFile;
        copy.allowHttp = allowHttp;
        copy.requesterPays = requesterPays;
        copy.fips = fips;
        copy.dualStack = dualStack;
        copy.unorderedListing = unorderedListing;
        copy.unsafeSkipProbe = unsafeSkipProbe;
        return copy;
    }

    /**
     * Sets the source of credentials, which the SDK asks before each request. The caller closes it. Default: the SDK's
     * chain (system properties, environment, profile, container or instance role).
     */
    public S3OptionsBuilder credentials(AwsCredentialsProvider provider) {
        this.credentials = provider;
        return this;
    }

    /**
     * Sets a client of the caller, who closes it after the store. The options that shape a client are refused then:
     * credentials, region, endpoint, pathStyle, checksums, timeouts, retries, proxy, caFile, fips and dualStack. The
     * client should have 256 connections, and its limit for a call should be below two minutes.
     */
    public S3OptionsBuilder client(S3AsyncClient own) {
        this.client = own;
        return this;
    }

    /** Sets the region of the bucket. Default: the SDK's chain; us-east-1 if an endpoint is given. */
    public S3OptionsBuilder region(String name) {
        this.region = matching("region", name, REGION, "write the name of a region, such as eu-central-1");
        return this;
    }

    /** Sets the address of a store that is not Amazon's, such as {@code https://host:9000}. Default: Amazon S3. */
    public S3OptionsBuilder endpoint(URI address) {
        this.endpoint = Endpoints.check("endpoint", address);
        return this;
    }

    /**
     * Puts the bucket in the path of the URL and not in the host name. Most other stores need this, and directory buckets
     * do not have it. Default: false.
     */
    public S3OptionsBuilder pathStyle(boolean enabled) {
        this.pathStyle = enabled;
        return this;
    }

    /** Allows an endpoint with plain HTTP that is not this machine. Data is readable on the way. Default: false. */
    public S3OptionsBuilder allowHttp(boolean allowed) {
        this.allowHttp = allowed;
        return this;
    }

    /** Sets the encryption that each write requests. Default: that of the bucket. */
    public S3OptionsBuilder sse(Encryption encryption) {
        this.sse = encryption;
        return this;
    }

    /**
     * Sets the key of SSE-KMS, by id, alias or ARN, and with it {@link Encryption#KMS}. Default: with SSE-KMS the key
     * {@code aws/s3} of the account.
     */
    public S3OptionsBuilder kmsKeyId(String id) {
        this.kmsKeyId = matching("kmsKeyId", id, KMS_KEY, "write the id, the alias or the ARN of a key of AWS KMS");
        return this;
    }

    /** Sets the storage class of data objects, such as {@code STANDARD_IA}. Default: that of the store. */
    public S3OptionsBuilder dataStorageClass(String name) {
        storageClasses =
                new StorageClasses(storageClass("dataStorageClass", name), storageClasses.meta(), storageClasses.wal());
        return this;
    }

    /** Sets the storage class of objects below {@code meta/}, which are small and change often. */
    public S3OptionsBuilder metaStorageClass(String name) {
        storageClasses =
                new StorageClasses(storageClasses.data(), storageClass("metaStorageClass", name), storageClasses.wal());
        return this;
    }

    /** Sets the storage class of the objects of an S3 WAL, which exist for seconds or minutes. */
    public S3OptionsBuilder walStorageClass(String name) {
        storageClasses =
                new StorageClasses(storageClasses.data(), storageClasses.meta(), storageClass("walStorageClass", name));
        return this;
    }

    /** Agrees to pay for the requests to a bucket of another account that demands it. Default: false. */
    public S3OptionsBuilder requesterPays(boolean agreed) {
        this.requesterPays = agreed;
        return this;
    }

    /** Sets when the SDK sends checksums. The library has checksums of its own. Default: when required. */
    public S3OptionsBuilder requestChecksums(Checksums when) {
        this.requestChecksums = when;
        return this;
    }

    /** Sets when the SDK validates checksums of whole objects that it reads. Default: when required. */
    public S3OptionsBuilder responseChecksums(Checksums when) {
        this.responseChecksums = when;
        return this;
    }

    /** Sets the limit for opening a connection, 1 ms to 1 h. Default 5 s. */
    public S3OptionsBuilder connectTimeout(Duration limit) {
        this.connectTimeout = timeout("connectTimeout", limit);
        return this;
    }

    /** Sets the limit of silence of the other side, 1 ms to 1 h. Default 30 s. */
    public S3OptionsBuilder readTimeout(Duration limit) {
        this.readTimeout = timeout("readTimeout", limit);
        return this;
    }

    /**
     * Sets the limit of a request with its retries, 1 ms to 1 h. A single attempt may take three tenths of it, or all of it
     * without retries. Default 150 s.
     */
    public S3OptionsBuilder callTimeout(Duration limit) {
        this.callTimeout = timeout("callTimeout", limit);
        return this;
    }

    /** Sets the retries of a request after its first attempt, 0 to 20. Default 4. */
    public S3OptionsBuilder retries(int count) {
        if (count < 0 || count > MAX_RETRIES) {
            throw invalid("retries", String.valueOf(count), "write a number from 0 to " + MAX_RETRIES);
        }
        this.retries = count;
        return this;
    }

    /**
     * Sets a proxy for all requests, as {@code http://host:port}; it must support CONNECT. Default: the proxy that the
     * system properties or the environment of the process name ({@code https.proxyHost}, {@code HTTPS_PROXY}), if any.
     */
    public S3OptionsBuilder proxy(URI address) {
        URI checked = Endpoints.check("proxy", address);
        if (checked.getPort() < 0) {
            throw invalid("proxy", checked.toString(), "it has no port; write http://host:port");
        }
        this.proxy =
                new HttpProxy(checked, proxy == null ? null : proxy.user(), proxy == null ? null : proxy.password());
        return this;
    }

    /** Sets the user of the {@link #proxy}, which must be set first. */
    public S3OptionsBuilder proxyUser(String user, String password) {
        if (proxy == null) {
            throw new InvalidRequestException("proxyUser without a proxy: set proxy(http://host:port) first");
        }
        this.proxy = new HttpProxy(proxy.uri(), user, password);
        return this;
    }

    /**
     * Sets a file of certificates in PEM format. Only the authorities in it are trusted then, not those of the JVM. The
     * file is read when the storage is opened.
     */
    public S3OptionsBuilder caFile(Path file) {
        this.caFile = file;
        return this;
    }

    /** Uses endpoints that are validated for FIPS 140. Default: false. */
    public S3OptionsBuilder fips(boolean enabled) {
        this.fips = enabled;
        return this;
    }

    /** Uses endpoints with IPv4 and IPv6. Default: false. */
    public S3OptionsBuilder dualStack(boolean enabled) {
        this.dualStack = enabled;
        return this;
    }

    /**
     * Declares that the store lists keys in no order. Each listing then reads all keys of the directory. Always true for
     * directory buckets. Default: false.
     */
    public S3OptionsBuilder unorderedListing(boolean unordered) {
        this.unorderedListing = unordered;
        return this;
    }

    /**
     * <em>For tests only</em>: opens a store without racing its conditional writes. With a store whose conditional
     * writes are not atomic, such as S3Mock, two owners of one stream lose data. Default: false.
     */
    public S3OptionsBuilder unsafeSkipProbe(boolean skipped) {
        this.unsafeSkipProbe = skipped;
        return this;
    }

    /**
     * Returns the options.
     *
     * @throws InvalidRequestException if two of them contradict each other
     */
    public S3Options build() {
        Conflicts.check(this);
        return new S3Options(this);
    }

    private static String storageClass(String option, String name) {
        if (name.equals("GLACIER") || name.equals("DEEP_ARCHIVE")) {
            throw invalid(option, name, "its objects cannot be read at once; write GLACIER_IR for an archive that can");
        }
        return matching(option, name, STORAGE_CLASS, "write the name of a storage class, such as STANDARD_IA");
    }

    private static Duration timeout(String option, Duration limit) {
        if (limit.toMillis() < 1 || limit.compareTo(MAX_TIMEOUT) > 0) {
            throw invalid(option, limit.toString(), "write a duration from 1ms to 1h");
        }
        return limit;
    }

    private static String matching(String option, String value, Pattern pattern, String remedy) {
        if (!pattern.matcher(value).matches()) {
            throw invalid(option, value, remedy);
        }
        return value;
    }

    static InvalidRequestException invalid(String option, String value, String remedy) {
        return new InvalidRequestException("S3 option " + option + "='" + value + "': " + remedy);
    }
}
