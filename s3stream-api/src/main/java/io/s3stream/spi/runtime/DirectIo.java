package io.s3stream.spi.runtime;

import java.nio.file.OpenOption;

/** Finds the JDK's option for direct I/O, by name, because compilers warn of its class. */
public final class DirectIo {

    private DirectIo() {}

    /** @throws UnsupportedOperationException if this JDK has no such option */
    public static OpenOption option() {
        try {
            for (Object constant :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                if (constant instanceof OpenOption option && option.toString().equals("DIRECT")) {
                    return option;
                }
            }
        } catch (ClassNotFoundException e) {
            throw new UnsupportedOperationException("this JDK has no module jdk.unsupported", e);
        }
        throw new UnsupportedOperationException("this JDK has no option for direct I/O");
    }
}
