package io.s3stream.kafka;

/**
 * An address of an option.
 *
 * @param port 0 for any free port
 */
record HostAndPort(String host, int port) {

    private static final int MAX_PORT = 65_535;

    /**
     * Reads {@code HOST:PORT}; an IPv6 address is in brackets.
     *
     * @throws IllegalArgumentException names option, value and remedy
     */
    static HostAndPort of(String option, String value) {
        int colon = value.lastIndexOf(':');
        String host = colon < 0 ? "" : value.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port;
        try {
            port = Integer.parseInt(value.substring(colon + 1));
        } catch (NumberFormatException e) {
            port = -1;
        }
        if (host.isEmpty() || port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException(option + "=" + value
                    + ": must be HOST:PORT, such as localhost:9092, with a port up to " + MAX_PORT);
        }
        return new HostAndPort(host, port);
    }
}
