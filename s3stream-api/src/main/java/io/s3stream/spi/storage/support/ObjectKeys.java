package io.s3stream.spi.storage.support;

import io.s3stream.api.errors.InvalidRequestException;

/** The rules of {@link io.s3stream.spi.storage.ObjectStorage} about keys and listings. */
public final class ObjectKeys {

    /** The maximum length of a key, in characters. */
    public static final int MAX_LENGTH = 512;

    private ObjectKeys() {}

    /** Returns {@code key} if it may name an object. Throws {@link InvalidRequestException} otherwise. */
    public static String check(String key) {
        if (key.isEmpty()) {
            throw new InvalidRequestException("key='': an object needs a key of at least one character");
        }
        return checkPrefix(key);
    }

    /** Checks like {@link #check}, but accepts an empty prefix. */
    public static String checkPrefix(String key) {
        if (key.length() > MAX_LENGTH) {
            throw new InvalidRequestException("key='" + key.substring(0, 40) + "…' has " + key.length()
                    + " characters: at most " + MAX_LENGTH + " are allowed");
        }
        if (key.startsWith("/")) {
            throw new InvalidRequestException("key='" + key + "' begins with '/': keys are relative, leave it out");
        }
        for (int i = 0; i < key.length(); i++) {
            if (!isAllowed(key.charAt(i))) {
                throw new InvalidRequestException(
                        "key='" + key + "' has '" + key.charAt(i) + "' at " + i + ": only [A-Za-z0-9._/-] are allowed");
            }
        }
        return key;
    }

    /** Returns {@code limit} if a listing may be limited to it. */
    public static int checkLimit(int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("limit=" + limit + ": must be at least 1");
        }
        return limit;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '/'
                || c == '-';
    }
}
