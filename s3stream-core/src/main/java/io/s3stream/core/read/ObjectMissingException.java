package io.s3stream.core.read;

/** An object that the metadata named is not in object storage: it was deleted since, or is lost. */
final class ObjectMissingException extends RuntimeException {

    private final String key;

    ObjectMissingException(String key) {
        super("object=" + key + " is missing", null, false, false);
        this.key = key;
    }

    String key() {
        return key;
    }
}
