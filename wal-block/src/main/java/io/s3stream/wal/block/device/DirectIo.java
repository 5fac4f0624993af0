package io.s3stream.wal.block.device;

import java.nio.file.OpenOption;

/** The JDK's option for direct I/O. Looked up by name, because compilers warn of the class that has it. */
public final class DirectIo {

    private DirectIo() {}

    /** @throws UnsupportedOperationException when this JDK has none */
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
