package io.s3stream.storage.s3;

import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.options.S3Options;

/**
 * The request that an error is about. Its text begins the message.
 *
 * @param operation the name of the operation in the API of S3, and its details after a space
 * @param key relative to the prefix of the storage
 */
record Place(Use use, String operation, String key, Address address) {

    /**
     * A bucket and the server that answers for it.
     *
     * @param prefix empty, or ends with a slash
     * @param server an endpoint or a region; empty if only the SDK knows it
     * @param isPlain whether the endpoint is plain HTTP
     */
    record Address(String bucket, String prefix, String server, boolean isPlain, S3Options options) {

        static Address of(S3Location location) {
            S3Options options = location.options();
            return new Address(
                    location.bucket(),
                    location.prefix(),
                    options.endpoint()
                            .map(endpoint -> "endpoint=" + endpoint)
                            .or(() -> options.region().map(region -> "region=" + region))
                            .orElse(""),
                    options.endpoint()
                            .filter(endpoint -> "http".equalsIgnoreCase(endpoint.getScheme()))
                            .isPresent(),
                    options);
        }
    }

    /** Returns the name of the operation alone, such as {@code UploadPart}. */
    String operationName() {
        int end = operation.indexOf(' ');
        return end < 0 ? operation : operation.substring(0, end);
    }

    String bucket() {
        return address.bucket();
    }

    @Override
    public String toString() {
        return operation + " object=" + key + " in bucket=" + address.bucket()
                + (address.prefix().isEmpty() ? "" : " prefix=" + address.prefix());
    }
}
