package android.content.res;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

public final class AssetManager {
    private final File folder;

    public AssetManager(File folder) {
        this.folder = folder;
    }

    public InputStream open(String name) throws IOException {
        return new FileInputStream(new File(folder, name));
    }

    /** As on a phone, only what is stored as it is has a place in a file. */
    public AssetFileDescriptor openFd(String name) throws IOException {
        if (new File(folder, name + ".compressed").exists()) {
            throw new FileNotFoundException("it is probably compressed");
        }
        return new AssetFileDescriptor(new File(folder, name));
    }
}
