package io.s3stream.core.storage;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;

/** Turns the errors of the file system into those of the library. */
final class FileErrors {

    private FileErrors() {}

    /** Runs {@code action}. A file system error names the operation, the place and the remedy. */
    static <T> T translated(String operation, Path root, KeyLocks.IoAction<T> action) {
        try {
            return action.run();
        } catch (AccessDeniedException | ReadOnlyFileSystemException e) {
            throw new InvalidRequestException(
                    operation + " in directory=" + root + ": no permission, or read-only (" + describe(e)
                            + "); let this user write there or choose another directory",
                    e);
        } catch (FileAlreadyExistsException | NotDirectoryException e) {
            throw new InvalidRequestException(
                    operation + " in directory=" + root + ": " + describe(e)
                            + " is not a directory; choose another path or move the file away",
                    e);
        } catch (IOException e) {
            throw failed(operation, root, e);
        }
    }

    static String describe(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static RuntimeException failed(String operation, Path root, IOException e) {
        String what = describe(e);
        if (what.contains("Read-only file system")) {
            return new InvalidRequestException(
                    operation + " in directory=" + root + ": " + what + "; choose a directory that can be written", e);
        }
        if (what.contains("Not a directory")) {
            return new InvalidRequestException(
                    operation + " in directory=" + root + ": " + what + "; choose a path below directories", e);
        }
        String remedy = what.contains("No space left") || what.contains("quota") ? "; free space there" : "";
        return new StorageException(operation + " in directory=" + root + " failed: " + what + remedy, e);
    }
}
