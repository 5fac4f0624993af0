package io.s3stream.storage.s3.options;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * How to call S3 or a compatible store. A host passes them to a store, and to the WALs of the store in other buckets, in
 * this way:
 *
 * <pre>{@code
 * StreamStore.builder()
 *         .storageProvider(new S3StorageProvider(S3Options.builder()
 *                 .region("eu-central-1")
 *                 .kmsKeyId("alias/streams")
 *                 .credentials(provider)
 *                 .build()))
 *         .storage("s3://bucket/prefix")
 *         .wal("s3://fast--euc1-az1--x-s3/wal?linger=2ms")
 * }</pre>
 *
 * <p>Options of a URI replace these. {@link S3OptionsBuilder} explains each option. Immutable; the host owns, and closes,
 * the source of credentials and its own client.
 */
public final class S3Options {

    private static final int RETRIES = 4;

    private final S3OptionsBuilder values; // a copy that never changes
    private final Timeouts timeouts;

    S3Options(S3OptionsBuilder values) {
        this.values = values.copy();
        this.timeouts = Timeouts.of(values);
    }

    /** Returns a builder of options that are all at their defaults. */
    public static S3OptionsBuilder builder() {
        return new S3OptionsBuilder();
    }

    /** Returns a builder with these options. */
    public S3OptionsBuilder toBuilder() {
        return values.copy();
    }

    /** Empty: the default chain of the SDK. */
    public Optional<AwsCredentialsProvider> credentials() {
        return Optional.ofNullable(values.credentials);
    }

    /** The host's own client, which the host closes. */
    public Optional<S3AsyncClient> client() {
        return Optional.ofNullable(values.client);
    }

    public Optional<String> region() {
        return Optional.ofNullable(values.region);
    }

    public Optional<URI> endpoint() {
        return Optional.ofNullable(values.endpoint);
    }

    public boolean pathStyle() {
        return Boolean.TRUE.equals(values.pathStyle);
    }

    /** Empty: the default of the bucket. */
    public Optional<Encryption> sse() {
        return Optional.ofNullable(values.kmsKeyId == null ? values.sse : Encryption.KMS);
    }

    public Optional<String> kmsKeyId() {
        return Optional.ofNullable(values.kmsKeyId);
    }

    public StorageClasses storageClasses() {
        return values.storageClasses;
    }

    public Checksums requestChecksums() {
        return values.requestChecksums == null ? Checksums.WHEN_REQUIRED : values.requestChecksums;
    }

    public Checksums responseChecksums() {
        return values.responseChecksums == null ? Checksums.WHEN_REQUIRED : values.responseChecksums;
    }

    public Timeouts timeouts() {
        return timeouts;
    }

    /** The number of attempts of a request after the first. */
    public int retries() {
        return values.retries == null ? RETRIES : values.retries;
    }

    /** Empty: the proxy of the environment, if any. */
    public Optional<HttpProxy> proxy() {
        return Optional.ofNullable(values.proxy);
    }

    /** Empty: the authorities that the JVM trusts. */
    public Optional<Path> caFile() {
        return Optional.ofNullable(values.caFile);
    }

    public boolean requesterPays() {
        return values.requesterPays;
    }

    public boolean fips() {
        return values.fips;
    }

    public boolean dualStack() {
        return values.dualStack;
    }

    public boolean unorderedListing() {
        return values.unorderedListing;
    }

    public boolean unsafeSkipProbe() {
        return values.unsafeSkipProbe;
    }

    /** Names the place and the route only, and no credential. */
    @Override
    public String toString() {
        return "S3Options[region=" + values.region + ", endpoint=" + values.endpoint + ", pathStyle=" + pathStyle()
                + ", sse=" + sse().map(Encryption::option).orElse(null) + ", proxy=" + values.proxy + ", caFile="
                + values.caFile + ", timeouts=" + timeouts + ", retries=" + retries() + "]";
    }
}
