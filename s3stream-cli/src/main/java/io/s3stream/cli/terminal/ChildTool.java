package io.s3stream.cli.terminal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs this tool in a child process that can be killed. */
public final class ChildTool {

    private static final String MAIN = "io.s3stream.cli.Main";

    private ChildTool() {}

    /** Starts the process. It inherits standard error; its input and output are pipes. */
    public static Process start(List<String> jvmOptions, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(MAIN);
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Sends SIGKILL. Output that the process had written can still be read. */
    public static void kill(Process process) {
        process.toHandle().destroyForcibly(); // destroyForcibly of the process itself would close its output here
    }
}
