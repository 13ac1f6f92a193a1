package android.content;

import android.content.res.AssetManager;
import java.io.File;

/** An app whose assets and files are folders: as much of Android as a benchmark needs. */
public class Context {
    private final File root;

    public Context(File root) {
        this.root = root;
    }

    public AssetManager getAssets() {
        return new AssetManager(new File(root, "assets"));
    }

    public File getFilesDir() {
        return new File(root, "files");
    }

    public File getNoBackupFilesDir() {
        return new File(root, "no_backup");
    }
}
