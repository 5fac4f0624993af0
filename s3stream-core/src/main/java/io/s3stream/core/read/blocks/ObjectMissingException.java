package io.s3stream.core.read.blocks;

/** An object that the metadata named is not in object storage: it was deleted since, or is lost. */
public final class ObjectMissingException extends RuntimeException {

    private final String key;

    public ObjectMissingException(String key) {
        super("object=" + key + " is missing", null, false, false);
        this.key = key;
    }

    public String key() {
        return key;
    }
}
