// A part of an open file.
package android.content.res;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;

public class AssetFileDescriptor implements Closeable {
    private final RandomAccessFile file;
    private final long start;
    private final long length;

    AssetFileDescriptor(RandomAccessFile file, long start, long length) {
        this.file = file;
        this.start = start;
        this.length = length;
    }

    public FileDescriptor getFileDescriptor() {
        try {
            return file.getFD();
        } catch (IOException error) {
            throw new IllegalStateException(error);
        }
    }

    public long getStartOffset() {
        return start;
    }

    public long getDeclaredLength() {
        return length;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
